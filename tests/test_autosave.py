"""Autosave, presence, recovery, and saving when somebody else was faster."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from news import workflow
from news.admin import autosave
from news.admin.merge import blocks, merge
from news.models import Article, Autosave, Figure, State
from tests.factories import make_article, make_region, make_staff
from tests.pictures import made, saved, scene
from tests.test_admin import change, form_of

pytestmark = pytest.mark.django_db
HOME, OTHER = "sichuan/liangshan/ganluo", "sichuan/liangshan/xichang"
BODY = "<p>第一段。</p><p>第二段。</p><p>第三段。</p>"


def call(client, name, **message):
    text = json.dumps(message)
    return client.post(reverse(f"admin:{name}"), text, content_type="application/json")


def keep(client, article=None, key="k1", base=1, **fields):
    return call(client, "autosave", article=article and article.pk, form_key=key, base=base, fields=fields)


def recover(client, article=None, local=None, **now):
    return call(client, "recover", article=article and article.pk, now=now, local=local)


def rewrite(article, **fields):
    """As another editor does, at another desk."""
    other = Article.objects.get(pk=article.pk)
    for name, value in fields.items():
        setattr(other, name, value)
    return workflow.write(other, by=make_staff("editor", HOME, first_name="阿木"))


# Keeping


def test_typed_text_is_kept_beside_the_story_once_for_each_person(client):
    article = make_article(home=HOME, live=False)
    client.force_login(make_staff("reporter", HOME))
    assert keep(client, article, headline="一").json()["saved"]
    keep(client, article, headline="二")
    assert Autosave.objects.get().fields == {"headline": "二"}
    assert Article.objects.get().headline == article.headline


def test_a_new_story_is_kept_by_its_form(client):
    client.force_login(make_staff("reporter", HOME))
    for key, headline in (("a", "一"), ("b", "二"), ("a", "三")):
        keep(client, key=key, headline=headline)
    assert dict(Autosave.objects.values_list("form_key", "fields__headline")) == {"a": "三", "b": "二"}


@pytest.mark.parametrize(
    ("role", "path", "status"), [("reporter", OTHER, 403), ("moderator", HOME, 403), ("editor", HOME, 200)]
)
def test_only_who_may_write_there_autosaves(client, role, path, status):
    article = make_article(home=HOME, live=False)
    client.force_login(make_staff(role, path))
    assert keep(client, article, headline="一").status_code == status


@pytest.mark.parametrize(
    "text",
    [
        b"no json",
        b"[]",
        b'{"fields": {"headline": 5}}',
        b'{"fields": []}',
        b'{"fields": {}, "base": "x"}',
        b'{"fields": {}, "form_key": "a b"}',
        b'{"fields": {}, "form_key": 5}',
        b'{"article": "x"}',
        b'{"now": 5}',
        b'{"local": 5, "now": {}}',
    ],
)
@pytest.mark.parametrize("name", ["autosave", "recover", "discard"])
def test_nonsense_is_refused(client, text, name):
    client.force_login(make_staff("reporter", HOME))
    answer = client.post(reverse(f"admin:{name}"), text, content_type="application/json")
    assert answer.status_code in {200, 204, 400}
    assert not Autosave.objects.exists()


def test_a_token_for_after_signing_in_again(client):
    client.force_login(make_staff("reporter", HOME))
    assert client.get(reverse("admin:autosave")).json()["token"]


def test_a_late_autosave_of_a_saved_form_is_no_new_text(client):
    article = make_article(home=HOME, live=False)
    client.force_login(make_staff("editor", HOME))
    client.post(change(article), form_of(article, headline="存了", form_key="k1"))
    assert keep(client, article, key="k1", headline="存了").json()["finished"]
    assert recover(client, article, headline="存了").status_code == 204


def test_saving_ends_the_autosave_of_a_new_story(client):
    draft = make_article(home=HOME, live=False)
    user = make_staff("reporter", HOME)
    client.force_login(user)
    keep(client, key="k9", headline="新稿")
    form = form_of(draft, headline="新稿", form_key="k9", read_version="")
    client.post(reverse("admin:news_article_add"), form)
    assert Article.objects.filter(headline="新稿").exists()
    assert autosave.left(user, None) is None
    assert keep(client, key="k9", headline="新稿").json()["finished"]


# Who is there


def test_each_sees_the_other_until_they_leave(client):
    article = make_article(home=HOME, live=False)
    client.force_login(make_staff("editor", HOME, first_name="阿木"))
    assert call(client, "autosave", article=article.pk, base=1).json()["others"] == []
    client.force_login(make_staff("reporter", HOME, first_name="阿依"))
    assert "阿木" in call(client, "autosave", article=article.pk, base=1).json()["others"][0]
    Autosave.objects.update(seen_at=timezone.now() - timedelta(minutes=2))
    assert call(client, "autosave", article=article.pk, base=1).json()["others"] == []


def test_one_is_told_that_a_newer_text_was_saved_but_of_no_background_work(client):
    article = make_article(home=HOME, live=False)
    client.force_login(make_staff("reporter", HOME))
    assert call(client, "autosave", article=article.pk, base=1).json()["newer"] == ""
    workflow.submit(article, by=None)
    assert call(client, "autosave", article=article.pk, base=1).json()["newer"] == ""
    rewrite(article, headline="新")
    assert "阿木" in call(client, "autosave", article=article.pk, base=1).json()["newer"]


@pytest.mark.parametrize("people", [1, 3])
def test_a_heartbeat_costs_the_same_with_more_people(client, people, django_assert_num_queries):
    article = make_article(home=HOME, live=False)
    for _ in range(people):
        autosave.be_seen(make_staff("editor", HOME), article)
    client.force_login(make_staff("reporter", HOME))
    call(client, "autosave", article=article.pk, base=1)
    with django_assert_num_queries(10):
        call(client, "autosave", article=article.pk, base=1)


# Recovering


def test_what_was_left_is_offered_with_its_differences(client):
    article = make_article(home=HOME, live=False)
    client.force_login(make_staff("reporter", HOME))
    keep(client, article, body="<p>第一段新文字。</p>", headline="同")
    page = recover(client, article, body="<p>第一段文字。</p>", headline="同").content.decode()
    assert "<ins>新</ins>" in page
    assert page.count("<dt>") == 1


def test_the_newer_of_browser_and_server_is_offered(client):
    article = make_article(home=HOME, live=False)
    client.force_login(make_staff("reporter", HOME))
    keep(client, article, headline="服务器上")
    old = {"at": 1_000, "base": 1, "form_key": "x", "fields": {"headline": "本机旧稿"}}
    new = old | {"at": (timezone.now().timestamp() + 5) * 1000, "fields": {"headline": "本机新稿"}}
    assert "服务器上" in recover(client, article, local=old, headline="现").content.decode()
    assert "本机新稿" in recover(client, article, local=new, headline="现").content.decode()


def test_nobody_is_offered_what_another_typed(client):
    article = make_article(home=HOME, live=False)
    client.force_login(make_staff("reporter", HOME))
    keep(client, article, headline="我的")
    client.force_login(make_staff("reporter", HOME))
    assert recover(client, article, headline="现").status_code == 204


# Two people


def test_who_saves_second_compares_three_texts_and_keeps_all(client):
    article = make_article(home=HOME, live=False, body=BODY, headline="原题")
    form = form_of(article, headline="我的题", body=BODY.replace("第一段", "我写的第一段"))
    rewrite(article, headline="他的题", body=BODY.replace("第三段", "他写的第三段"), kicker="他的引题")
    client.force_login(make_staff("editor", HOME))
    answer = client.post(change(article), form)
    conflict = answer.context["conflict"]
    page = answer.content.decode()
    assert [d.clashes for d in conflict.differences] == [0, 0]
    assert conflict.taken == ["引题"]
    assert 'value="他的引题"' in page
    assert 'value="我的题"' in page
    merged = json.loads(conflict.differences[1].merged)["body"]
    assert merged == "<p>我写的第一段。</p>\n<p>第二段。</p>\n<p>他写的第三段。</p>"
    assert "阿木" in page

    again = {"read_version": article.version + 1, "body": merged, "kicker": "他的引题"}
    assert client.post(change(article), form | again).status_code == 302
    article.refresh_from_db()
    assert (article.headline, article.kicker, article.body) == ("我的题", "他的引题", merged)


def test_a_step_of_the_workflow_or_an_equal_save_is_no_conflict(client):
    article = make_article(home=HOME, live=False)
    form = form_of(article, headline="我的题")
    rewrite(article)
    workflow.submit(Article.objects.get(pk=article.pk), by=None)
    client.force_login(make_staff("editor", HOME))
    assert client.post(change(article), form).status_code == 302
    article.refresh_from_db()
    assert (article.headline, article.state) == ("我的题", State.SUBMITTED)


def test_a_collision_in_the_moment_of_saving_is_seen_by_the_form(client, monkeypatch):
    article = make_article(home=HOME, live=False)
    write, answers = workflow.write, iter([workflow.Conflict("somebody was faster")])

    def overtaken(story, **options):
        if conflict := next(answers, None):
            raise conflict
        return write(story, **options)

    monkeypatch.setattr(workflow, "write", overtaken)
    client.force_login(make_staff("editor", HOME))
    assert client.post(change(article), form_of(article, headline="我的题")).status_code == 302
    article.refresh_from_db()
    assert article.headline == "我的题"


def test_my_text_is_kept_as_my_draft(client):
    article = make_article(home=HOME, live=False)
    user = make_staff("editor", HOME)
    client.force_login(user)
    client.post(change(article), form_of(article, headline="先放着", _keep="1"))
    assert autosave.left(user, article).fields["headline"] == "先放着"
    assert Article.objects.get().headline == article.headline


def test_text_for_a_story_that_was_published_meanwhile_goes_to_the_working_copy(client):
    article = make_article(home=HOME, live=False)
    form = form_of(article, headline="晚了一步")
    workflow.publish(article, by=None)
    user = make_staff("editor", HOME)
    client.force_login(user)
    answer = client.post(change(article), form)
    copy = Article.objects.get(copy_of=article)
    assert answer["Location"] == change(copy)
    assert autosave.left(user, copy).fields["headline"] == "晚了一步"


def test_text_of_who_may_no_longer_change_the_story_is_kept_too(client):
    article = make_article(home=HOME, live=False)
    form = form_of(article, headline="晚了一步")
    workflow.publish(article, by=None)
    user = make_staff("reporter", HOME)
    client.force_login(user)
    assert client.post(change(article), form).status_code == 403
    assert autosave.left(user, article).fields["headline"] == "晚了一步"
    copy = workflow.working_copy(article, by=user)
    assert autosave.left(user, copy).fields["headline"] == "晚了一步"


def test_a_tampered_form_is_kept_without_its_marks(client):
    article = make_article(home=HOME, live=False)
    user = make_staff("editor", HOME)
    client.force_login(user)
    marks = {"read_version": "9" * 30, "form_key": "<b>", "_keep": "1"}
    client.post(change(article), form_of(article, **marks))
    assert autosave.left(user, article).base_version == 0
    marks |= {"headline": "不知从哪一版改起"}
    del marks["_keep"]
    answer = client.post(change(article), form_of(article, **marks))
    assert [part.label for part in answer.context["conflict"].differences] == ["标题"]


def test_nobody_keeps_text_at_a_story_of_another_region(client):
    article = make_article(home=OTHER, live=False)
    make_region(HOME)
    client.force_login(make_staff("reporter", HOME))
    client.post(change(article), form_of(article, headline="不行", _keep="1"))
    assert not Autosave.objects.exclude(fields={}).exists()


def test_text_for_a_story_that_is_gone_is_kept_as_a_new_one(client):
    article = make_article(home=HOME, live=False)
    form, page = form_of(article, headline="稿子没了", form_key="k1"), change(article)
    article.delete()
    user = make_staff("editor", HOME)
    client.force_login(user)
    assert client.post(page, form)["Location"] == reverse("admin:news_article_add")
    assert autosave.left(user, None).fields["headline"] == "稿子没了"


def test_captions_are_merged_and_a_picture_that_another_removed_blocks_nothing(client):
    one, two = made(saved(scene())), made(saved(scene(80, 40)))
    figures = [Figure(photo=one, caption="甲"), Figure(photo=two, caption="乙")]
    article = make_article(home=HOME, live=False, figures=figures)
    rows = {"figures-TOTAL_FORMS": "2", "figures-INITIAL_FORMS": "2"}
    for number, figure in enumerate(article.figures.all()):
        own = {"id": figure.pk, "article": article.pk, "photo": figure.photo_id, "order": number}
        rows |= {f"figures-{number}-{name}": value for name, value in own.items()}
    rows |= {"figures-0-caption": "甲", "figures-1-caption": "乙，我补的"}
    workflow.write(Article.objects.get(pk=article.pk), figures=[Figure(photo=one, caption="甲，他改的")])
    client.force_login(make_staff("editor", HOME))
    assert client.post(change(article), form_of(article, **rows)).status_code == 302
    assert list(article.figures.values_list("caption", flat=True)) == ["甲，他改的"]


# Merging


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "wanted", "clashes"),
    [
        ("abc", "abc", "abc", "abc", 0),
        ("abc", "xbc", "aby", "xby", 0),
        ("abc", "ac", "abcd", "acd", 0),
        ("abc", "axc", "axc", "axc", 0),
        ("abc", "axc", "ayc", "ax<y>c", 1),
        ("", "x", "y", "x<y>", 1),
        ("abc", "", "abc", "", 0),
    ],
)
def test_merging(base, mine, theirs, wanted, clashes):
    merged = merge(list(base), list(mine), list(theirs), marks=("<", ">"))
    assert ("".join(merged.pieces), merged.clashes) == (wanted, clashes)


def test_blocks_of_a_body():
    html = '<p>一</p>\n<ul><li>二<ul><li>三</li></ul></li></ul><hr>散<figure data-photo="5"></figure>尾'
    assert blocks(html) == [
        "<p>一</p>",
        "<ul><li>二<ul><li>三</li></ul></li></ul>",
        "<hr>",
        '散<figure data-photo="5"></figure>',
        "尾",
    ]
