import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counties.navigation import regions
from news import comments
from news.comments import contacts, filter, likeness
from news.comments.plain import plain
from news.forms import CommentForm
from news.models import Comment, FilterWord
from tests.factories import make_article, make_region

DATA = Path(__file__).parents[2] / "shared" / "data" / "security"
SLIPPED_IN = st.text(" \t\u3000.-_*~·|，\u200b\u200d\u2060\ufeff\u00ad\ufe0f❤😀🇨🇳", max_size=3)
TRADITIONAL = {"办": "辦", "证": "證", "发": "發", "国": "國", "开": "開"}


@pytest.fixture(autouse=True)
def no_words_remembered():
    filter.forget()
    yield
    filter.forget()


def network():
    make_region()
    return regions().root


def kinds(text):
    return [reason["kind"] for reason in filter.reasons(text, network())]


def contact(text):
    return [(reason["kind"], reason["text"]) for reason in contacts.found(text, plain(text))]


def wide(char):
    return chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char


@given(
    word=st.sampled_from(["办证", "开发票", "casino", "代办国证88"]),
    data=st.data(),
    before=st.text("早上好，", max_size=5),
    after=st.text("多谢了！", max_size=5),
)
def test_no_disguise_hides_a_word(word, data, before, after):
    disguises = [lambda c: c, str.upper, wide, lambda c: TRADITIONAL.get(c, c)]
    chars = [data.draw(st.sampled_from(disguises))(char) for char in word]
    parts = [char + data.draw(SLIPPED_IN) for char in chars[:-1]] + chars[-1:]
    disguised = "".join(parts)
    read = plain(before + disguised + after)
    start = read.text.find(word)
    assert start >= 0
    assert read.span(start, start + len(word)) == (len(before), len(before) + len(disguised))


@given(st.text(max_size=80))
def test_any_text_is_read_and_each_place_leads_back(text):
    read = plain(text)
    assert len(read.at) == len(read.text)
    assert list(read.at) == sorted(read.at)
    assert all(0 <= place < len(text) for place in read.at)
    assert plain(read.text).text == read.text
    for reason in contacts.found(text, read):
        assert text[reason["start"] : reason["end"]] == reason["text"]


@pytest.mark.parametrize(
    ("disguised", "word"),
    [
        ("ⓥⓧ", "vx"),
        ("🅥🅧", "vx"),
        ("ＶＸ", "vx"),
        ("ᴠх", "ᴠx"),
        ("сasinо", "casino"),
        ("⼈⼝", "人口"),
        ("㈱", "株"),
    ],
)
def test_look_alikes_are_read_as_what_they_look_like(disguised, word):
    assert plain(disguised).text == plain(word).text


@pytest.mark.django_db
class TestLists:
    def test_a_word_is_highlighted_where_it_stands(self):
        comments.add_word("代开发票", FilterWord.Kind.HOLD, network())
        assert filter.reasons("这里代 开-發❤票哦", network()) == [
            {"kind": "hold", "start": 2, "end": 9, "text": "代 开-發❤票"}
        ]

    def test_an_allowed_word_wins_over_what_it_contains(self):
        for word in ("性", "后"):
            comments.add_word(word, FilterWord.Kind.HOLD, network())
        for word in ("性质", "然后"):
            comments.add_word(word, FilterWord.Kind.ALLOW, network())
        assert kinds("然後再看事情的性質") == []
        assert kinds("性与后") == ["hold", "hold"]

    def test_a_latin_word_is_not_looked_for_inside_of_others(self):
        comments.add_word("av", FilterWord.Kind.BLOCK, network())
        assert kinds("I have a very good cave") == []
        assert kinds("看a v片") == ["block"]
        assert kinds("AV，") == ["block"]

    def test_across_a_clause_a_word_is_highlighted_and_not_refused(self):
        comments.add_word("法轮", FilterWord.Kind.BLOCK, network())
        assert kinds("想办法，轮到你了") == ["hold"]
        assert kinds("法 輪") == ["block"]

    def test_the_longest_word_tells_what_the_shorter_ones_do(self):
        for word in ("发票", "代开发票"):
            comments.add_word(word, FilterWord.Kind.HOLD, network())
        assert [reason["text"] for reason in filter.reasons("代开发票", network())] == ["代开发票"]

    def test_a_blocked_word_is_refused_and_named(self):
        comments.add_word("办证", FilterWord.Kind.BLOCK, network())
        article = make_article()
        with pytest.raises(comments.Refused) as refused:
            comments.post(article, name="名", text="专业 办*證")
        assert refused.value.word == "办*證"
        with pytest.raises(comments.Refused):
            comments.post(article, name="办证", text="好")
        assert not Comment.objects.exists()

    def test_a_highlighted_word_waits_with_its_reason(self):
        comments.add_word("发票", FilterWord.Kind.HOLD, network())
        comment = comments.post(make_article(), name="卖发票的", text="有发票")
        comment.refresh_from_db()
        assert comment.reasons == [
            {"kind": "hold", "start": 1, "end": 3, "text": "发票"},
            {"kind": "hold", "start": 0, "end": 0, "text": "发票", "field": "name"},
        ]

    def test_a_removed_word_matches_no_more(self):
        comments.add_word("发票", FilterWord.Kind.HOLD, network()).delete()
        comments.words_changed()
        assert kinds("发票") == []

    def test_a_word_holds_in_its_region_and_below(self):
        make_region("sichuan/liangshan/ganluo"), make_region("guizhou")
        at = regions().by_path
        comments.add_word("发票", FilterWord.Kind.HOLD, at["sichuan"])
        comments.add_word("发票", FilterWord.Kind.ALLOW, at["sichuan/liangshan/ganluo"])
        found = {path: filter.reasons("发票", at[path]) for path in at}
        assert {path for path in found if found[path]} == {"sichuan", "sichuan/liangshan"}

    def test_a_word_of_the_release_without_regions_holds_everywhere(self):
        FilterWord.objects.create(word="发票")
        assert kinds("发票") == ["hold"]

    @pytest.mark.parametrize(
        ("word", "kind"),
        [("！？", "hold"), ("", "block"), ("性", "block"), ("好" * 41, "hold"), ("词", "no")],
    )
    def test_a_word_that_cannot_be_looked_for_is_not_kept(self, word, kind):
        with pytest.raises(comments.CommentError):
            comments.add_word(word, kind, network())

    def test_the_lists_are_read_once(self, django_assert_num_queries):
        comments.add_word("发票", FilterWord.Kind.HOLD, network())
        filter.reasons("好", network())
        region = network()
        with django_assert_num_queries(0):
            filter.reasons("发票", region)


@pytest.mark.parametrize(
    "text",
    [
        "加 微.信",
        "加薇❤信 abc123",
        "🅥🅧 ab1234567",
        "扣扣：１２３４５６７８",
        "138-1234-5678",
        "一三八一二三四五六七八",
        "13 8 1 2 3 4 5 6 7 8",
        "①③⑧①②③④⑤⑥⑦⑧",
        "138o1234567",
        "微信號：gan_luo88",
        "私聊＋V：gl8888",
        "QQ 三四五六七八九",
        "0834-7812345",
        "write@example.com",
    ],
)
def test_contact_details_are_found_in_their_disguises(text):
    assert [kind for kind, _said in contact(text)] == ["contact"]


@pytest.mark.parametrize(
    "text", ["https://a.example/x", "www.example.com", "baidu 点 com", "看baidu。com", "a[.]cn"]
)
def test_links_are_found_in_their_disguises(text):
    assert [kind for kind, _said in contact(text)] == ["link"]


@pytest.mark.parametrize(
    "text",
    [
        "我在微信公众号上看到的",
        "安徽信用社12345户",
        "2024年11月25日，共138.5万元",
        "发射了两颗卫星",
        "3.5元一斤，10.2公里",
        "加油！甘洛",
        "二〇二四年一月一日",
        "修了138公里，花了12345678元",
        "这条路加宽了",
    ],
)
def test_ordinary_sentences_hold_no_contact_details(text):
    assert contact(text) == []


@pytest.mark.django_db
def test_a_text_that_repeats_itself_is_marked():
    assert kinds("顶顶顶顶顶顶顶顶") == ["repeat"]
    assert kinds("好好好，谢谢谢谢") == []


@pytest.mark.django_db
class TestLikeness:
    SPAM = "本店新到一批正宗土鸡，量大从优，欢迎各位老乡前来选购，地址在县城南门"

    def test_near_repeats_share_a_group_and_say_so(self):
        article = make_article()
        texts = [self.SPAM, f"{self.SPAM}！！", self.SPAM.replace("南门", "北门"), "🔥" + self.SPAM]
        made = [comments.post(article, name="店", text=text) for text in texts]
        assert len({comment.group for comment in made}) == 1
        assert [[reason["kind"] for reason in comment.reasons] for comment in made] == [[], *[["alike"]] * 3]

    def test_different_comments_do_not(self):
        texts = [self.SPAM, "路修好了，回家快了。", "路修好了，真好。", "支持", "👍", "支持甘洛", "😀"]
        assert len({likeness.group_of(plain(text))[0] for text in texts}) == len(texts)


def hostile():
    if not DATA.is_dir():
        return []
    naughty = json.loads((DATA / "shared_blns.json").read_text(encoding="utf-8"))["strings"]
    lines = (DATA / "shared_html_payloads_payloadbox.jsonl").read_text(encoding="utf-8").splitlines()
    return naughty + [json.loads(line)["payload"] for line in lines]


@pytest.mark.django_db
@pytest.mark.skipif(not DATA.is_dir(), reason="the collection of hostile strings is not here")
def test_hostile_strings_are_read_like_any_text():
    comments.add_word("script", FilterWord.Kind.HOLD, network())
    for text in hostile():
        for reason in filter.reasons(text, network()):
            assert text[reason["start"] : reason["end"]] == reason["text"]
        filter.reasons(text, network(), field="name")


@pytest.mark.django_db
@pytest.mark.skipif(not DATA.is_dir(), reason="the collection of hostile strings is not here")
def test_hostile_strings_are_kept_as_they_were_sent():
    article = make_article()
    for text in hostile()[:: int(os.environ.get("HOSTILE_STEP", "10"))]:
        form = CommentForm({"name": text[:20], "text": text[:1000]})
        if form.is_valid():
            name, said = form.cleaned_data["name"], form.cleaned_data["text"]
            comment = comments.post(article, name=name, text=said)
            comment.refresh_from_db()
            assert (comment.name, comment.text) == (name, said)
