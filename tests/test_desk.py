"""The moderation desk: who sees what, what each act does, and that it can be taken back."""

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from counties.models import User
from news import comments
from news.models import Comment, CommentAct, CommentDecision, CommentState, FilterWord
from tests.factories import make_article, make_comment, make_region, make_staff

pytestmark = pytest.mark.django_db
HOME = "sichuan/liangshan/ganluo"
AWAY = "guizhou/bijie/weining"
SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def moderator(client):
    make_region(HOME, name="甘洛县", short_name="甘洛")
    user = make_staff("moderator", "sichuan/liangshan")
    client.force_login(user)
    return user


def desk(**query):
    return reverse("admin:desk", query=query)


def sent(text, article=None, **fields):
    """A comment that waits."""
    return comments.post(article or make_article(home=HOME), name="读者", text=text, **fields)


def state(comment):
    comment.refresh_from_db()
    return comment.state


def texts(response):
    return [card.comment.text for card in response.context["cards"]]


def test_only_who_moderates_may_enter(client):
    assert client.get(desk()).status_code == 302
    make_region(HOME)
    client.force_login(make_staff("reporter", HOME))
    for name in ("desk", "desk_log"):
        assert client.get(reverse(f"admin:{name}")).status_code == 403
    assert client.post(reverse("admin:desk_words"), {"word": "词", "kind": "hold"}).status_code == 403


def test_one_sees_and_decides_on_ones_own_regions_alone(client, moderator):
    own, other = sent("甘洛的话"), sent("威宁的话", make_article(home=AWAY))
    assert texts(client.get(desk())) == [own.text]
    answer = client.post(desk(), {"act": "approve", "pk": other.pk}, headers=SCRIPT)
    assert answer.status_code == 409
    client.post(desk(), {"act": "reject", "pk": [own.pk, other.pk]})
    assert (state(own), state(other)) == (CommentState.REJECTED, CommentState.PENDING)


def test_the_oldest_come_first_as_cards_and_the_newest_hundred_are_all_there(client, moderator):
    article = make_article(home=HOME)
    made = [sent(f"第{n}句话，各不相同{'。' * n}", article) for n in range(130)]
    page = client.get(desk())
    assert texts(page)[0] == made[0].text
    html = page.content.decode()
    assert all(f">{comment.text}</p>" in html for comment in made[-100:])


def test_what_one_moderator_holds_another_does_not_see(client, moderator):
    comment = sent("只给一个人看")
    for _ in range(2):
        assert texts(client.get(desk())) == [comment.text]
    client.force_login(make_staff("moderator", "sichuan"))
    assert comment.text not in client.get(desk()).content.decode()


def test_a_card_shows_the_thread_the_author_and_what_looks_wrong(client, moderator):
    article = make_article(home=HOME, headline="路修好了")
    earlier = sent("早先的话", article, author="甲")
    comments.approve(earlier, by=None)
    comment = sent("加我微信 abc12345，名额不多", article, author="甲", parent=earlier)
    reasons = [{"kind": "contact", "start": 2, "end": 13, "text": "微信 abc12345"}]
    Comment.objects.filter(pk=comment.pk).update(reasons=reasons)
    html = client.get(desk()).content.decode()
    for part in ("路修好了", "早先的话", "甘洛", "1", "<mark>微信 abc12345</mark>", comment.text):
        assert part in html


def test_a_card_shows_how_the_browser_and_the_account_fared(client, moderator):
    reader = User.objects.create_user("海棠人", contact="13800138000")
    comments.reject(sent("第一条", author="甲", reader=reader), by=None)
    comments.approve(sent("换了手机", author="乙", reader=reader), by=None)
    sent("第三条", author="甲", reader=reader)
    card = client.get(desk()).context["cards"][0]
    assert [number for number in card.history if number.isdigit()] == ["0", "1"]
    assert card.account.startswith("海棠人")
    assert [number for number in card.account if number.isdigit()] == ["1", "1"]
    html = client.get(desk()).content.decode()
    assert card.account in html
    assert "13800138000" not in html


def test_marks_count_as_scripts_do(client, moderator):
    comment = sent("😀加微信")
    Comment.objects.filter(pk=comment.pk).update(
        reasons=[{"kind": "contact", "start": 2, "end": 4, "text": "微信"}]
    )
    (card,) = client.get(desk()).context["cards"]
    assert json.loads(card.marks) == [[3, 5]]


@pytest.mark.parametrize(
    ("act", "before", "after"),
    [
        ("approve", "pending", "approved"),
        ("reject", "pending", "rejected"),
        ("hide", "approved", "hidden"),
    ],
)
def test_each_act_changes_the_comment_and_can_be_undone(client, moderator, act, before, after):
    comment = sent("一句话")
    if before == "approved":
        comments.approve(comment, by=None)
    answer = client.post(desk(), {"act": act, "pk": comment.pk, "reason": "spam"}, headers=SCRIPT).json()
    assert state(comment) == after
    assert answer["kept"] == []
    client.post(desk(), {"act": "undo", "undo": answer["undo"]}, headers=SCRIPT)
    assert state(comment) == before


def test_without_scripts_an_act_leads_back_to_the_same_queue(client, moderator):
    comment = sent("一句话")
    address = desk(region=make_region(HOME).pk)
    answer = client.post(address, {"act": "reject", "pk": comment.pk, "words": "跑题"}, follow=True)
    assert answer.redirect_chain == [(address, 302)]
    assert "一句话" in str(next(iter(answer.context["messages"])))
    comment.refresh_from_db()
    assert comment.decision_reason == "跑题"


@pytest.mark.parametrize(
    "data",
    [{}, {"act": "burn"}, {"act": "approve"}, {"act": "approve", "pk": "x"}, {"act": "undo", "undo": "d9"}],
)
def test_nonsense_is_answered_with_a_sentence(client, moderator, data):
    answer = client.post(desk(), data, headers=SCRIPT)
    assert (answer.status_code, bool(answer.json()["said"])) == (409, True)


def test_a_second_decision_is_told_of_the_first(client, moderator):
    comment = sent("抢着审")
    comments.approve(comment, by=None)
    answer = client.post(desk(), {"act": "reject", "pk": comment.pk}, headers=SCRIPT)
    assert answer.status_code == 409
    assert state(comment) == CommentState.APPROVED


def test_many_are_decided_at_once_and_put_back_at_once(client, moderator):
    article = make_article(home=HOME)
    made = [sent(f"第{n}条{'！' * n}", article) for n in range(3)]
    answer = client.post(
        desk(), {"act": "reject", "pk": [c.pk for c in made], "reason": "spam"}, headers=SCRIPT
    )
    assert [state(comment) for comment in made] == [CommentState.REJECTED] * 3
    client.post(desk(), {"act": "undo", "undo": answer.json()["undo"]}, headers=SCRIPT)
    assert [state(comment) for comment in made] == [CommentState.PENDING] * 3


def test_what_somebody_else_decided_at_once_one_cannot_undo_at_once(client, moderator):
    made = [sent(f"第{n}条{'！' * n}") for n in range(2)]
    batch, _done = comments.decide_all([c.pk for c in made], "reject", by=make_staff("moderator", "sichuan"))
    assert client.post(desk(), {"act": "undo", "undo": f"b{batch}"}, headers=SCRIPT).status_code == 409
    assert state(made[0]) == CommentState.REJECTED


def test_a_flood_is_rejected_in_one_act(client, moderator):
    article = make_article(home=HOME)
    flood = [sent("出售发票，价格便宜，欢迎选购", article) for _ in range(30)]
    other = sent("路修得真好，回家快了", article)
    page = client.get(desk())
    assert {card.like_it for card in page.context["cards"]} == {30}
    client.post(desk(), {"act": "reject", "group": "1", "pk": flood[0].pk, "reason": "spam"})
    assert {state(comment) for comment in flood} == {CommentState.REJECTED}
    assert texts(client.get(desk())) == [other.text]


def test_a_reported_comment_returns_and_is_kept_or_hidden(client, moderator):
    comment = make_comment(make_article(home=HOME), text="有人举报")
    comments.report(comment.pk, "某浏览器", "abuse")
    sent("没人举报")
    assert texts(client.get(desk(reported="1"))) == ["有人举报"]
    client.post(desk(), {"act": "approve", "pk": comment.pk})
    assert texts(client.get(desk(reported="1"))) == []
    assert state(comment) == CommentState.APPROVED


def test_a_region_is_a_queue_of_its_own(client, moderator):
    xichang = make_region("sichuan/liangshan/xichang", name="西昌市", short_name="西昌")
    sent("甘洛的话")
    sent("西昌的话", make_article(home=xichang))
    page = client.get(desk(region=xichang.pk))
    assert texts(page) == ["西昌的话"]
    names = {queue.name: queue.number for queue in client.get(desk()).context["queues"]}
    assert (names["甘洛"], names["西昌"]) == ("1", "1")


@pytest.mark.parametrize("odd", ["x", "-1", "9" * 30, "999999"])
def test_an_unknown_region_is_everything(client, moderator, odd):
    sent("一句话")
    assert texts(client.get(desk(region=odd))) == ["一句话"]


def test_what_is_new_comes_as_a_part_of_the_page(client, moderator):
    sent("新来的话")
    html = client.get(desk(part="queue")).content.decode()
    assert "新来的话" in html
    assert "<html" not in html


def test_whatever_was_typed_is_text_on_the_desk_and_in_the_log(client, moderator):
    nasty = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
    comment = comments.post(make_article(home=HOME), name=nasty[:20], text=nasty)
    comments.reject(sent(nasty + "。"), by=moderator, reason=nasty)
    for address in (desk(), reverse("admin:desk_log")):
        html = client.get(address).content.decode()
        assert "&lt;img src=x" in html
        assert "<img src=x" not in html
        assert "<script>alert" not in html
    assert state(comment) == CommentState.PENDING


def test_words_are_put_on_a_list_from_here(client, moderator):
    region = make_region("sichuan/liangshan")
    answer = client.post(reverse("admin:desk_words"), {"word": " 发票 ", "kind": "hold", "region": region.pk})
    assert "发票" in answer.json()["said"]
    word = FilterWord.objects.get()
    assert (word.kind, word.region) == (FilterWord.Kind.HOLD, region)
    assert LogEntry.objects.get(object_id=word.pk).user == moderator
    for wrong in ({"word": ""}, {"word": "词", "kind": "burn"}, {"word": "词", "region": ""}):
        answer = client.post(reverse("admin:desk_words"), {"kind": "hold", "region": region.pk} | wrong)
        assert answer.status_code == 422
    answer = client.post(
        reverse("admin:desk_words"), {"word": "词", "kind": "hold", "region": make_region().pk}
    )
    assert answer.status_code == 403
    assert FilterWord.objects.count() == 1


def test_each_region_keeps_its_word_lists_in_the_admin(client, moderator):
    region = make_region("sichuan/liangshan")
    add = reverse("admin:news_filterword_add")
    assert client.get(add).context["adminform"].form.initial["region"] == region.pk
    client.post(add, {"word": "代开发票", "kind": "block", "region": region.pk})
    word = FilterWord.objects.get()
    form = {"word": "代开", "kind": "allow", "region": region.pk}
    client.post(reverse("admin:news_filterword_change", args=[word.pk]), form)
    assert list(FilterWord.objects.values_list("word", "kind")) == [("代开", "allow")]
    refused = client.post(add, form | {"region": make_region().pk})
    assert refused.status_code == 200
    assert refused.context["adminform"].form.errors["region"]
    assert FilterWord.objects.count() == 1


@pytest.mark.parametrize("number", [1, 3])
def test_the_word_lists_cost_the_same_at_any_length(client, moderator, number, django_assert_num_queries):
    for n in range(number):
        FilterWord.objects.create(word=f"词{n}", region=make_region(HOME))
    FilterWord.objects.create(word="别处的词", region=make_region(AWAY))
    client.get(reverse("admin:news_filterword_changelist"))
    with django_assert_num_queries(5):
        page = client.get(reverse("admin:news_filterword_changelist"))
    assert page.content.decode().count("action-select") == number
    assert "别处的词" not in page.content.decode()


def test_the_log_tells_all_and_undoes(client, moderator):
    comment, away = sent("一句话"), sent("别处的话", make_article(home=AWAY))
    client.post(desk(), {"act": "reject", "pk": comment.pk, "reason": "spam"})
    comments.approve(away, by=None)
    log = reverse("admin:desk_log")
    html = client.get(log).content.decode()
    assert "一句话" in html
    assert "别处的话" not in html
    decision = CommentDecision.objects.get(comment=comment)
    client.post(log, {"act": "undo", "undo": f"d{decision.pk}"})
    assert state(comment) == CommentState.PENDING
    assert list(CommentDecision.objects.filter(comment=comment).values_list("act", flat=True)) == [
        CommentAct.UNDO,
        CommentAct.REJECT,
    ]


def test_the_log_pages_on(client, moderator):
    for n in range(51):
        comments.approve(sent(f"第{n}条{'！' * n}"), by=moderator)
    first = client.get(reverse("admin:desk_log"))
    rest = client.get(f"{reverse('admin:desk_log')}?before={first.context['more']}")
    assert (len(first.context["decisions"]), len(rest.context["decisions"])) == (50, 1)


@pytest.mark.parametrize("number", [1, 3])
def test_the_desk_costs_the_same_whatever_waits(client, moderator, number, django_assert_num_queries):
    article = make_article(home=HOME)
    for n in range(number):
        sent(f"第{n}条{'！' * n}", article, author="甲")
    client.get(desk())
    with django_assert_num_queries(16):
        client.get(desk())
