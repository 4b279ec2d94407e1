"""Readers' accounts, where comments need one (COMMENTS_REQUIRE_LOGIN)."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from counties.models import User
from news import readers
from news.models import Comment, Reader, ReaderBrowser
from tests.factories import make_article, make_region, make_staff

pytestmark = pytest.mark.django_db
OURS = {"Origin": "http://testserver"}
SECRET = "核桃熟了三回-2026"
PERSON = {"nickname": "海棠人", "contact": "138 0013 8000", "password": SECRET}
TEXT = "路修好了，\n回家快了。"
ACCOUNT, SIGN_IN, REGISTER = "/articles/account/", "/articles/account/sign-in/", "/articles/account/register/"


@pytest.fixture(autouse=True)
def accounts(settings, db):
    settings.COMMENTS_REQUIRE_LOGIN = True
    make_region()


@pytest.fixture
def reader():
    return readers.register(nickname="海棠人", contact="13800138000", password=SECRET)


def post(client, address, data=None, **options):
    return client.post(address, data or {}, headers=OURS, **options)


def sign_in(client, who="海棠人", password=SECRET, **more):
    return post(client, SIGN_IN, {"who": who, "password": password, **more})


def is_in(client):
    return "我的账号" in client.get(ACCOUNT).content.decode()


def comments_of(article):
    return f"/articles/{article.pk}/comments/"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800138000", "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("0086 13800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("+852 5123 4567", "+85251234567"),
        (" Hai.Tang@Example.ORG ", "hai.tang@example.org"),
    ],
)
def test_a_contact_has_one_spelling(typed, kept):
    assert readers.contact(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "12345", "23800138000", "a@b", "海棠人", "+86 12345678", "1380013800a"]
)
def test_what_is_no_contact_is_refused(typed):
    with pytest.raises(ValidationError):
        readers.contact(typed)


def test_registering_signs_in_and_keeps_the_contact_from_the_public(client):
    answer = post(client, REGISTER, PERSON)
    reader = Reader.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, ACCOUNT)
    assert (reader.nickname, reader.contact, reader.is_staff) == ("海棠人", "13800138000", False)
    page = client.get(ACCOUNT)
    assert "海棠人" in page.content.decode()
    assert "13800138000" not in page.content.decode()
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"nickname": "x"}, "2 至 20"),
        ({"nickname": "13912345678"}, "2 至 20"),
        ({"nickname": "a@b.cn"}, "2 至 20"),
        ({"contact": "12345"}, "手机号"),
        ({"contact": ""}, "必填"),
        ({"password": "12345678"}, "密码"),
        ({"nickname": "haitangren", "password": "haitangren"}, "密码"),
    ],
)
def test_what_is_wrong_with_a_registration_is_said_and_the_rest_kept(client, wrong, said):
    answer = post(client, REGISTER, PERSON | wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert (PERSON | wrong)["contact"] in page
    assert SECRET not in page
    assert not Reader.objects.exists()


def test_nickname_and_contact_are_each_one_readers_and_the_answer_does_not_say_which(client, reader):
    same_name = post(client, REGISTER, PERSON | {"contact": "other@example.org"})
    same_contact = post(client, REGISTER, PERSON | {"nickname": "别人", "contact": "+8613800138000"})
    staff_name = post(
        client, REGISTER, PERSON | {"nickname": make_staff().username, "contact": "b@example.org"}
    )
    for answer in same_name, same_contact, staff_name:
        assert answer.status_code == 422
        assert "已有人使用" in answer.content.decode()
    assert Reader.objects.get() == reader


@pytest.mark.parametrize("who", ["海棠人", "13800138000", "+86 138 0013 8000"])
def test_one_signs_in_by_nickname_or_contact(client, reader, who):
    assert sign_in(client, who).status_code == 302
    assert is_in(client)
    reader.refresh_from_db()
    assert reader.last_login


def wrong_ways(client, reader):
    make_staff()
    yield sign_in(client, "海棠人", "wrong")
    yield sign_in(client, "无此人", SECRET)
    yield sign_in(client, "13900000000", SECRET)
    yield sign_in(client, User.objects.get(is_staff=True).username, "secret")
    Reader.objects.update(is_active=False)
    yield sign_in(client)


def test_unknown_names_wrong_passwords_staff_and_closed_accounts_are_told_alike(client, reader):
    answers = list(wrong_ways(client, reader))
    said = {answer.content.decode().split('role="alert">')[1].split("<")[0] for answer in answers}
    assert {answer.status_code for answer in answers} == {422}
    assert len(said) == 1
    assert not is_in(client)


def test_an_unknown_name_costs_a_hash_like_a_known_one(client, reader, monkeypatch):
    hashed = []
    monkeypatch.setattr(
        "django.contrib.auth.hashers.MD5PasswordHasher.encode",
        lambda self, password, salt: hashed.append(password) or f"md5${salt}$0",
    )
    for who in "海棠人", "无此人":
        sign_in(client, who, "wrong")
    assert hashed == ["wrong", "wrong"]


def test_many_wrong_passwords_lock_the_account_for_that_address(client, reader):
    answers = [sign_in(client, password="wrong").status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
    refused = sign_in(client)
    assert (refused.status_code, refused["Retry-After"]) == (429, "900")


def test_wrong_passwords_and_registrations_of_one_address_are_limited(client, settings, reader):
    settings.RATE_LIMITS = True
    tries = [sign_in(client, f"某人{n}", "wrong").status_code for n in range(11)]
    assert tries == [422] * 10 + [429]
    made = [post(client, REGISTER, PERSON).status_code for _ in range(6)]
    assert made == [422] * 5 + [429]


@pytest.mark.parametrize("act", ["sign-in", "register", "sign-out", "password", "delete"])
def test_forms_on_other_sites_reach_no_account(client, reader, act):
    sign_in(client)
    answer = client.post(
        f"{ACCOUNT}{act}/", {**PERSON, "who": "海棠人"}, headers={"Origin": "https://evil.example"}
    )
    assert answer.status_code == 403
    assert is_in(client)


@pytest.mark.parametrize("act", ["", "sign-in/", "register/", "sign-out/", "password/", "delete/"])
def test_without_the_setting_there_are_no_accounts(client, settings, act):
    settings.COMMENTS_REQUIRE_LOGIN = False
    assert client.get(f"{ACCOUNT}{act}").status_code == 404
    assert post(client, f"{ACCOUNT}{act}").status_code in (404, 405)


@pytest.mark.parametrize(
    ("then", "leads_to"),
    [
        ("/articles/7/comments/", "/articles/7/comments/"),
        ("https://evil.example/", ACCOUNT),
        ("//evil.example/", ACCOUNT),
        ("/\\evil.example", ACCOUNT),
        ("javascript:alert(1)", ACCOUNT),
        ("", ACCOUNT),
    ],
)
def test_signing_in_leads_on_within_the_site_alone(client, reader, then, leads_to):
    assert sign_in(client, next=then)["Location"] == leads_to


def test_signing_in_takes_a_new_cookie_so_that_a_planted_one_is_worth_nothing(client, reader):
    client.cookies["author"] = "planted"
    sign_in(client)
    assert client.cookies["author"].value != "planted"
    stranger = Client()
    stranger.cookies["author"] = "planted"
    assert not is_in(stranger)


def test_the_page_of_a_story_is_the_same_for_everybody_and_asks_for_no_name(client, reader):
    article = make_article()
    before = client.get(article.get_absolute_url())
    sign_in(client)
    after = client.get(article.get_absolute_url())
    assert before.content == after.content
    assert not before.cookies
    assert 'id="comment-text"' in before.content.decode()
    assert 'id="comment-name"' not in before.content.decode()


def test_a_comment_without_an_account_is_not_kept_but_its_text_is(client):
    answer = post(client, comments_of(make_article()), {"text": TEXT})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "登录" in page
    assert page.count('name="text" value="路修好了，\n回家快了。"') == 2
    assert not Comment.objects.exists()
    assert not answer.cookies


@pytest.mark.parametrize("way", ["sign in", "register"])
def test_a_typed_comment_is_sent_once_its_author_has_signed_in(client, way):
    article, carried = make_article(), {"text": TEXT, "parent": ""}
    if way == "sign in":
        readers.register(nickname="海棠人", contact="13800138000", password=SECRET)
        sign_in(client, password="wrong", next=comments_of(article), **carried)
        answer = sign_in(client, next=comments_of(article), **carried)
    else:
        answer = post(client, REGISTER, PERSON | carried | {"next": comments_of(article)})
    assert (answer.status_code, answer["Location"]) == (307, comments_of(article))
    page = post(client, answer["Location"], carried, follow=True).content.decode()
    comment = Comment.objects.get()
    assert (comment.name, comment.reader.username, comment.text) == ("海棠人", "海棠人", TEXT)
    assert "路修好了" in page


def test_a_comment_carries_the_name_of_the_account_whatever_name_is_sent(client, reader):
    sign_in(client)
    post(client, comments_of(make_article()), {"text": TEXT, "name": "编辑部"})
    assert Comment.objects.get().name == "海棠人"


def test_ones_own_waiting_comment_is_seen_in_each_of_ones_browsers_and_by_nobody_else(client, reader):
    article, other = make_article(), Client()
    for browser in client, other:
        sign_in(browser)
    post(client, comments_of(article), {"text": TEXT})
    assert "路修好了" in other.get(comments_of(article)).content.decode()
    post(other, f"{ACCOUNT}sign-out/")
    assert "路修好了" not in other.get(comments_of(article)).content.decode()


def test_staff_who_are_signed_in_are_no_readers(client):
    client.force_login(make_staff())
    assert post(client, comments_of(make_article()), {"text": TEXT}).status_code == 403


def test_a_reader_has_no_way_into_the_newsroom(client, reader):
    sign_in(client)
    assert client.get("/admin/").status_code == 302
    client.post("/admin/login/", {"username": "海棠人", "password": SECRET})
    assert client.get("/admin/").status_code == 302
    with pytest.raises(IntegrityError):
        Reader.objects.update(is_staff=True)


def test_a_new_password_signs_out_all_other_browsers(client, reader):
    other, new = Client(), "花椒红了四回-2027"
    for browser in client, other:
        sign_in(browser)
    assert post(client, f"{ACCOUNT}password/", {"password": "wrong", "new": new}).status_code == 422
    assert post(client, f"{ACCOUNT}password/", {"password": SECRET, "new": "12345"}).status_code == 422
    assert is_in(other)
    assert post(client, f"{ACCOUNT}password/", {"password": SECRET, "new": new}).status_code == 200
    assert (is_in(client), is_in(other)) == (True, False)
    assert sign_in(other, password=new).status_code == 302


def test_a_password_set_by_the_newsroom_and_a_closed_account_sign_out(client, reader):
    sign_in(client)
    reader.set_password("set-by-the-newsroom-1")
    reader.save()
    assert not is_in(client)
    sign_in(client, password="set-by-the-newsroom-1")
    assert is_in(client)
    Reader.objects.update(is_active=False)
    assert not is_in(client)


def test_after_a_year_one_is_signed_out_and_the_row_goes(client, reader):
    sign_in(client)
    ReaderBrowser.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert not is_in(client)
    sign_in(Client())
    assert ReaderBrowser.objects.count() == 1


def test_a_deleted_account_leaves_comments_under_the_nickname_and_no_contact(client, reader):
    sign_in(client)
    post(client, comments_of(make_article()), {"text": TEXT})
    assert post(client, f"{ACCOUNT}delete/", {"password": "wrong"}).status_code == 422
    answer = post(client, f"{ACCOUNT}delete/", {"password": SECRET})
    comment = Comment.objects.get()
    assert (answer.status_code, comment.name, comment.reader) == (200, "海棠人", None)
    assert not User.objects.exists()
    assert not ReaderBrowser.objects.exists()
    assert answer.cookies["author"].value == ""


def test_wrong_passwords_for_ones_own_account_are_limited(client, settings, reader):
    sign_in(client)
    settings.RATE_LIMITS = True
    tries = [post(client, f"{ACCOUNT}delete/", {"password": "wrong"}).status_code for _ in range(11)]
    assert tries == [422] * 10 + [429]


@pytest.mark.parametrize("asked", ["海棠人", "138 0013 8000", "13800138000"])
def test_superusers_find_a_reader_by_the_whole_nickname_or_contact(client, reader, asked):
    readers.register(nickname="别人", contact="other@example.org", password=SECRET)
    client.force_login(make_staff())
    page = client.get("/admin/news/reader/", {"q": asked}).content.decode()
    assert "海棠人" in page
    assert "other@example.org" not in page
    assert "海棠人" not in client.get("/admin/news/reader/", {"q": "海棠"}).content.decode()


def test_readers_are_kept_apart_from_the_staff(client, reader):
    client.force_login(make_staff())
    assert "海棠人" not in client.get("/admin/counties/user/").content.decode()
    client.force_login(make_staff("chief"))
    assert client.get("/admin/news/reader/").status_code == 403


def test_superusers_close_an_account_and_set_a_new_password(client, reader):
    admin, browser = client, Client()
    admin.force_login(make_staff())
    sign_in(browser)
    page = f"/admin/news/reader/{reader.pk}/"
    assert admin.post(f"{page}change/", {"is_active": ""}).status_code == 302
    reader.refresh_from_db()
    assert (reader.is_active, reader.contact, is_in(browser)) == (False, "13800138000", False)
    new = {"password1": "newsroom-set-this-1", "password2": "newsroom-set-this-1", "usable_password": "true"}
    assert admin.post(f"{page}password/", new).status_code == 302
    reader.refresh_from_db()
    assert reader.check_password("newsroom-set-this-1")
