import pytest

from news import comments
from news.models import Comment, CommentState
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db
TYPED = {"name": "海棠人", "text": "路修好了，回家快了。"}


def address(article):
    return f"/articles/{article.pk}/comments/"


def post(client, article, data=TYPED, **headers):
    return client.post(address(article), data, headers={"Origin": "http://testserver"} | headers)


def test_only_approved_comments_are_shown(client):
    article = make_article()
    for state in CommentState.values:
        make_comment(article, state=state, text=f"这是{state}")
    page = client.get(address(article)).content.decode()
    assert "这是approved" in page
    for hidden in ("pending", "rejected", "hidden"):
        assert f"这是{hidden}" not in page


def test_a_comment_waits_and_only_its_author_sees_it(client):
    article = make_article()
    answer = post(client, article)
    comment = Comment.objects.get()
    assert (answer.status_code, comment.state) == (302, CommentState.PENDING)
    own = client.get(address(article))
    assert TYPED["text"] in own.content.decode()
    assert "no-store" in own["Cache-Control"]
    client.cookies.clear()
    assert TYPED["text"] not in client.get(address(article)).content.decode()


def test_reading_sets_no_cookie(client):
    answer = client.get(address(make_article()))
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")


def test_the_author_cookie_is_closed_to_scripts_and_other_pages(client):
    answer = post(client, make_article())
    cookie = answer.cookies["author"]
    assert cookie["httponly"]
    assert cookie["path"] == "/articles/"
    assert cookie["samesite"] == "Lax"
    assert list(answer.cookies) == ["author"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": "", "text": "话"}, "请填写昵称"),
        ({"name": "名", "text": " \n "}, "请写下评论"),
        ({"name": "名", "text": "长" * 1001}, "1000"),
        ({"name": "名" * 21, "text": "话"}, "20"),
    ],
)
def test_an_error_is_explained_and_keeps_what_was_typed(client, typed, said):
    answer = post(client, make_article(), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert typed["text"].strip()[:50] in page
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        *(
            {"Origin": odd}
            for odd in ("https://evil.example", "null", "http://[", "http://testserver.evil.example")
        ),
        *({"Sec-Fetch-Site": site} for site in ("cross-site", "same-site")),
    ],
)
def test_a_form_on_another_site_cannot_comment(client, headers):
    assert post(client, make_article(), **headers).status_code == 403
    assert not Comment.objects.exists()


def test_a_robot_that_fills_the_hidden_field_is_not_heard(client):
    assert post(client, make_article(), TYPED | {"website": "http://spam"}).status_code == 302
    assert not Comment.objects.exists()


def test_the_same_comment_twice_is_kept_once(client):
    article = make_article()
    post(client, article)
    assert post(client, article).status_code == 422
    assert Comment.objects.count() == 1


def test_closed_comments_take_nothing(client):
    article = make_article(comments_open=False)
    assert post(client, article).status_code == 422
    assert not Comment.objects.exists()


@pytest.mark.parametrize("live", [False, True])
def test_a_story_that_is_not_public_has_no_comment_page(client, live):
    article = make_article(live=live, hours_ago=-5)
    assert client.get(address(article)).status_code == 404
    assert post(client, article).status_code == 404


def test_markup_in_a_comment_is_text(client):
    article = make_article()
    make_comment(article, name="<b>名</b>", text="<script>alert(1)</script>")
    page = client.get(address(article)).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_verbs_move_a_comment_and_refuse_what_may_not_be():
    comment = make_comment(make_article(), state=CommentState.PENDING)
    comments.approve(comment, by=None)
    comments.hide(comment, by=None)
    with pytest.raises(comments.CommentError):
        comments.reject(comment, by=None)
    comment.refresh_from_db()
    assert comment.state == CommentState.HIDDEN


@pytest.mark.parametrize("said", [1, 3])
def test_the_page_costs_two_queries(client, said, django_assert_num_queries):
    article = make_article()
    for n in range(said):
        make_comment(article, text=f"第{n}条")
    client.get(address(article))
    with django_assert_num_queries(2):
        client.get(address(article))


def test_older_comments_page_on_by_keyset(client):
    article = make_article()
    made = [make_comment(article, text=f"第{n}条") for n in range(60)]
    first = comments.approved(article.pk)
    rest = comments.approved(article.pk, before=str(first[-1].pk))
    assert {comment.pk for comment in (*first, *rest)} == {comment.pk for comment in made}


def test_too_many_comments_in_a_minute_are_answered_429(client, settings):
    settings.RATE_LIMITS = True
    article = make_article()
    for n in range(10):
        post(client, article, {"name": "名", "text": f"第{n}条"})
    answer = post(client, article, {"name": "名", "text": "再一条"})
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 60
    assert "再一条</textarea>" in answer.content.decode()  # to be sent later


@pytest.mark.parametrize(("number", "more"), [(50, False), (51, True)])
def test_older_comments_are_led_to_only_where_there_are_some(client, number, more):
    article = make_article()
    made = [make_comment(article, text=f"第{n}句。") for n in range(number)]
    first = client.get(address(article))
    assert ("?before=" in first.content.decode()) is more
    if more:
        second = client.get(f"{address(article)}?before={first.context['more']}")
        assert [comment.pk for comment in second.context["comments"]] == [made[0].pk]
