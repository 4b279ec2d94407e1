"""Who reads from a replica: readers alone, and only from one that knows all that was announced."""

import time

import pytest
from django.db import DatabaseError, connections, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from counties import changes
from news.models import Article
from portal import replicas

# In a transaction all is read from the primary, and other tests run in one.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def replica(monkeypatch):
    """A replica that had read up to 100 when it was looked at, now."""
    monkeypatch.setattr(replicas, "_seen", {"replica1": (100, time.monotonic())})
    monkeypatch.setattr(changes, "position", lambda: 100)
    return replicas._seen


def read_from(path="/", method="GET", cookie="", view=None):
    """The database that a view below the middleware is sent to."""
    request = RequestFactory().generic(method, path, headers={"Cookie": cookie})
    view = view or (lambda request: HttpResponse(replicas.Router().db_for_read(Article)))
    return replicas.Reading(view)(request).content.decode()


def test_readers_read_from_a_replica(replica):
    assert read_from("/sichuan/") == "replica1"


@pytest.mark.parametrize(
    "request_",
    [{"path": "/admin/"}, {"method": "POST"}, {"cookie": "author=x"}, {"cookie": "__Secure-author=x"}],
)
def test_whoever_may_just_have_written_reads_from_the_primary(replica, request_):
    assert read_from(**request_) == "default"


def test_outside_of_a_request_all_is_read_from_the_primary(replica):
    read_from("/")
    assert replicas.Router().db_for_read(Article) == "default"


def test_a_replica_that_is_behind_is_not_read(replica, monkeypatch):
    monkeypatch.setattr(changes, "position", lambda: 101)
    assert read_from() == "default"


def test_an_announcement_counts_for_the_next_query_of_the_same_page(replica, monkeypatch):
    def view(request):
        before = replicas.Router().db_for_read(Article)
        monkeypatch.setattr(changes, "position", lambda: 101)
        return HttpResponse(f"{before} {replicas.Router().db_for_read(Article)}")

    assert read_from(view=view) == "replica1 default"


def test_a_replica_that_hangs_is_not_read(replica):
    replica["replica1"] = 100, time.monotonic() - 4
    assert read_from() == "default"


def test_in_a_transaction_one_reads_what_one_wrote(replica):
    def view(request):
        with transaction.atomic():
            return HttpResponse(replicas.Router().db_for_read(Article))

    assert read_from(view=view) == "default"


def test_everything_is_written_to_the_primary(replica):
    assert replicas.Router().db_for_write(Article) == "default"
    assert replicas.Router().allow_migrate("replica1", "news") is False


def test_a_page_whose_replica_died_is_made_again_from_the_primary(replica):
    def view(request, word):
        database = replicas.Router().db_for_read(Article)
        if database != "default":
            raise DatabaseError("gone")
        return HttpResponse(f"{word} {database}")

    class Match:
        func, args, kwargs = staticmethod(view), (), {"word": "from"}

    def django(request):
        request.resolver_match = Match
        try:
            return view(request, word="from")
        except DatabaseError as error:
            return middleware.process_exception(request, error)

    middleware = replicas.Reading(django)
    assert middleware(RequestFactory().get("/")).content == b"from default"


def test_other_errors_and_errors_of_the_primary_stay_errors(replica):
    middleware, request = replicas.Reading(HttpResponse), RequestFactory().get("/")
    replicas._request.reads = True
    assert middleware.process_exception(request, ValueError()) is None
    replicas._request.reads = False
    assert middleware.process_exception(request, DatabaseError()) is None


def test_without_replicas_nothing_is_watched():
    assert list(connections.settings) == ["default"]
    replicas.start()
