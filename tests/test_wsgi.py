"""The server's way in: bodies are taken in whole before Django works; half a body is not taken for one."""

from io import BytesIO
from wsgiref.util import setup_testing_defaults

import pytest

from portal import wsgi


@pytest.fixture
def said(monkeypatch):
    """What a stand-in for Django was given and where it ran."""
    seen = {}

    def stand_in(environ, start_response):
        seen["body"] = environ["wsgi.input"].read()
        start_response("200 OK", [])
        return [b"ok"]

    monkeypatch.setattr(wsgi, "django", stand_in)
    return seen


def send(body=b"", method="POST", **environ):
    status = []
    environ = {
        "REQUEST_METHOD": method,
        "wsgi.input": BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
    } | environ
    setup_testing_defaults(environ)
    answer = b"".join(wsgi.application(environ, lambda line, headers: status.append(line)))
    return status[0], answer


def test_a_body_arrives_whole(said):
    assert send(b"x" * 3_000_000) == ("200 OK", b"ok")
    assert said["body"] == b"x" * 3_000_000


def test_a_sender_who_hung_up_is_not_heard(said):
    status, _answer = send(b"half", CONTENT_LENGTH="8")
    assert status == "400 Bad Request"
    assert said == {}


@pytest.mark.parametrize("length", ["x", "-1", "1.5", "１"])
def test_a_length_that_is_no_number_is_refused(said, length):
    assert send(b"x", CONTENT_LENGTH=length)[0] == "400 Bad Request"


def test_a_body_beyond_the_limit_is_refused_unread(said):
    assert send(b"x", CONTENT_LENGTH=str(wsgi.LARGEST_BODY + 1))[0] == "413 Content Too Large"


def test_no_more_is_read_than_was_announced(said):
    send(b"one and more", CONTENT_LENGTH="3")
    assert said["body"] == b"one"
