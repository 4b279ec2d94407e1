"""The moderation desk: what waits, held for one moderator; decisions, their undoing, the log, the word lists.

Each page reads a bounded range of the index of what waits, whatever the number of comments. Every act is a
form's; with `Accept: application/json` it is answered to the desk's script.
"""

import json
import re
from typing import NamedTuple

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from counties import rights
from counties.navigation import Node, regions

from .. import comments
from ..comments.reasons import REASONS
from ..models import Comment, CommentAct, CommentDecision, CommentState, FilterWord

NEWEST = 100  # of what waits besides the cards
LOGGED = 50
AT_ONCE = 500  # comments that one request may decide on, but for a group
ID = re.compile(r"[0-9]{1,18}")
LABELS = {
    CommentAct.APPROVE: gettext_lazy("Approved"),
    CommentAct.REJECT: gettext_lazy("Rejected"),
    CommentAct.HIDE: gettext_lazy("Hidden"),
}
KINDS = {
    "block": gettext_lazy("word of the block list"),
    "hold": gettext_lazy("watched word"),
    "link": gettext_lazy("link"),
    "contact": gettext_lazy("contact details"),
    "repeat": gettext_lazy("repeats itself"),
    "alike": gettext_lazy("sent several times"),
    "speed": gettext_lazy("many from one address"),
}


class Queue(NamedTuple):
    """A part of what waits, as a tab of the desk."""

    name: str
    address: str
    number: str
    is_current: bool


class Card(NamedTuple):
    """A comment with what helps to decide on it. `marks` are [start, end] in UTF-16, as scripts count."""

    comment: Comment
    url: str
    place: str
    history: str
    account: str
    reasons: list[tuple[str, str]]
    marks: str
    like_it: int  # how many wait that are nearly the same, if there is more than this one

    @property
    def approve(self) -> str:
        return _("Approve") if self.comment.state == CommentState.PENDING else _("Keep")

    @property
    def may_reject(self) -> bool:
        return CommentState.REJECTED in comments.MOVES[self.comment.state]

    @property
    def may_hide(self) -> bool:
        return CommentState.HIDDEN in comments.MOVES[self.comment.state]


# The desk


def desk(request: HttpRequest) -> HttpResponse:
    rights.require(request.user, "moderate")
    if request.method == "POST":
        return _act(request)
    region, reported = _asked(request)
    context = {
        "queues": _queues(request.user, region, reported),
        "reasons": list(REASONS.items()),
        **_waiting(request, region, reported),
    }
    if request.GET.get("part") == "queue":
        return render(request, "admin/desk/_queue.html", context)
    context |= {
        "title": _("Moderation desk"),
        "kinds": FilterWord.Kind.choices,
        "regions": rights.covered(request.user, "moderate"),
    }
    return render(request, "admin/desk/desk.html", admin.site.each_context(request) | context)


def _asked(request) -> tuple[Node | None, bool]:
    """The chosen region, if it is one, and whether only reported comments are asked for."""
    return _region(request.GET), "reported" in request.GET


def _region(sent) -> Node | None:
    pk = sent.get("region", "")
    return regions().by_id.get(int(pk)) if ID.fullmatch(pk) else None


def _waiting(request, region, reported):
    """The cards held for this person, and the newest of all that nobody else holds."""
    user, chosen = request.user, {"region": region, "reported": reported}
    if "part" not in request.GET:
        comments.release(user)  # of another queue
    held = comments.lease(comments.queue(user, **chosen), by=user)
    ids = {comment.pk for comment in held}
    newest = comments.queue(user, **chosen, newest=True, limit=NEWEST + len(held))
    return {"cards": _cards(held), "newest": [comment for comment in newest if comment.pk not in ids]}


def _cards(shown):
    groups = [comment.group for comment in shown if comment.group]
    rows = Comment.objects.filter(group__in=groups, queued_at__isnull=False, state=CommentState.PENDING)
    alike = dict(rows.order_by().values_list("group").annotate(n=Count("pk")))
    authors = {who for comment in shown for who in (comment.author, comment.reader) if who}
    histories = {who: _in_words(comments.history_of(who)) for who in authors}
    tree = regions().by_id
    return [
        Card(
            comment,
            f"/articles/{comment.article_id}/",
            tree[comment.article.home_id].short_name,
            histories.get(comment.author, ""),
            f"{comment.reader} · {histories[comment.reader]}" if comment.reader else "",
            _reasons(comment),
            json.dumps(_marks(comment)),
            n if (n := alike.get(comment.group, 1)) > 1 else 0,
        )
        for comment in shown
    ]


def _in_words(history):
    if not history.approved and not history.rejected:
        return _("nothing decided on before")
    # Apart from the string, where the messages would not be collected.
    approved = ngettext("%d approved", "%d approved", history.approved) % history.approved
    rejected = ngettext("%d rejected", "%d rejected", history.rejected) % history.rejected
    return f"{approved} · {rejected}"


def _reasons(comment):
    found = [(str(KINDS.get(why["kind"], why["kind"])), why["text"]) for why in comment.reasons]
    if comment.reports:
        found.insert(0, (ngettext("%d report", "%d reports", comment.reports) % comment.reports, ""))
    if comment.score is not None:
        words = "、".join(str(word) for word, _weight in comments.explain(comment.text))
        found.append((_("Would be rejected: %d %%") % round(comment.score * 100), words))
    return found


def _marks(comment):
    units = [0]
    for character in comment.text:
        units.append(units[-1] + (2 if ord(character) > 0xFFFF else 1))
    spans = ((why["start"], why["end"]) for why in comment.reasons)
    return [[units[start], units[end]] for start, end in spans if 0 <= start < end < len(units)]


def _queues(user, region, reported):
    """Everything, what was reported, and the regions below the chosen one in which something waits."""
    home = reverse("admin:desk")
    tops = rights.covered(user, "moderate")
    numbers, is_more = comments.spread(user, region)
    around = region.covering if region else []
    below = [child for top in ([region] if region else tops) for child in top.children if numbers[child.id]]
    shown = dict.fromkeys([*(node for node in around if _within(node, tops)), *below])
    more = "+" if is_more else ""
    return [
        Queue(_("Everything"), home, comments.backlog(user).shown, not region and not reported),
        Queue(_("Reported"), f"{home}?reported", comments.backlog(user, reported=True).shown, reported),
        *(
            Queue(node.short_name, f"{home}?region={node.id}", f"{numbers[node.id]}{more}", node == region)
            for node in shown
            if node.parent
        ),
    ]


def _within(node, tops):
    return any(top in node.covering for top in tops)


# What is done


def _act(request):
    """Each act answers (a sentence, what `undo` takes); what may not be is said the same way."""
    acts = {"approve": _decide, "reject": _decide, "hide": _decide, "undo": _undo}
    act = acts.get(request.POST.get("act", ""))
    try:
        if act is None:
            raise comments.CommentError(_("Please choose what to do."))
        said, undo = act(request)
    except (comments.CommentError, PermissionDenied) as error:
        return _answer(request, str(error) or _("You have no rights for this in this region."), status=409)
    return _answer(request, said, undo)


def _answer(request, said, undo="", status=200):
    if "application/json" in request.headers.get("Accept", ""):
        kept = Comment.objects.filter(pk__in=_picked(request), queued_at__isnull=False)
        answer = {"said": said, "undo": undo, "kept": [str(pk) for pk in kept.values_list("pk", flat=True)]}
        return JsonResponse(answer, status=status)
    messages.add_message(request, messages.SUCCESS if status == 200 else messages.WARNING, said)
    return HttpResponseRedirect(request.get_full_path())


def _picked(request):
    """The ids that were sent; the desk never shows as many as may be."""
    return [int(pk) for pk in request.POST.getlist("pk")[:AT_ONCE] if ID.fullmatch(pk)]


def _decide(request):
    act, picked = request.POST["act"], _picked(request)
    reason = request.POST.get("reason") or request.POST.get("words", "").strip()
    if not picked:
        raise comments.CommentError(_("Please select comments first."))
    if request.POST.get("group"):
        return _decide_group(request, act, picked[0], reason)
    if len(picked) == 1:
        return _decide_one(request, act, picked[0], reason)
    batch, done = comments.decide_all(picked, act, by=request.user, reason=reason)
    return _said(act, done, len(picked) - done), f"b{batch}"


def _decide_one(request, act, pk, reason):
    comment = _comment(request, pk)
    if act == CommentAct.APPROVE:
        decision = comments.approve(comment, by=request.user)
    else:
        step = comments.reject if act == CommentAct.REJECT else comments.hide
        decision = step(comment, by=request.user, reason=reason)
    return f"{LABELS[act]}: “{comment.text[:20]}”", f"d{decision.pk}"


def _decide_group(request, act, pk, reason):
    group = _comment(request, pk).group
    if act == CommentAct.APPROVE:
        batch, done = comments.approve_group(group, by=request.user)
    else:
        batch, done = comments.reject_group(group, by=request.user, reason=reason)
    return _said(act, done, 0), f"b{batch}"


def _comment(request, pk):
    comment = Comment.objects.select_related("article").defer("article__body").filter(pk=pk).first()
    if comment is None:
        raise comments.CommentError(_("This comment is no longer there."))
    rights.require(request.user, "moderate", comment.article.home_id)
    return comment


def _said(act, done, left):
    said = ngettext("%d comment", "%d comments", done) % done
    rest = _("Left as they were: %d") % left
    return f"{LABELS[act]}：{said}" + (f"。{rest}" if left else "")


def _undo(request):
    """Of one decision (d and its id), or of all that one act decided (b and its batch)."""
    kind, key = request.POST.get("undo", "")[:1], request.POST.get("undo", "")[1:]
    rows = CommentDecision.objects.select_related("comment__article").defer("comment__article__body")
    if kind == "b":
        decision = rows.filter(batch=key).exclude(batch="").first()
    else:
        decision = rows.filter(pk=key).first() if ID.fullmatch(key) else None
    if decision is None:
        raise comments.CommentError(_("There is nothing to undo."))
    rights.require(request.user, "moderate", decision.comment.article.home_id)
    if kind != "b":
        comments.undo(decision, by=request.user)
        return _("Undone: “%s”") % decision.comment.text[:20], ""
    if decision.by_id != request.user.pk and rights.below(request.user, "moderate") is not None:
        raise PermissionDenied(_("What somebody else decided on at once, only they can undo at once."))
    done = comments.undo_batch(key, by=request.user)
    return ngettext("%d comment put back.", "%d comments put back.", done) % done, ""


@require_POST
def words(request: HttpRequest) -> HttpResponse:
    """Put a word on one of the lists of a region."""
    rights.require(request.user, "moderate")
    word, kind = request.POST.get("word", "").strip(), request.POST.get("kind", "")
    region = _region(request.POST)
    if region is None:
        return JsonResponse({"said": _("Please choose a region.")}, status=422)
    rights.require(request.user, "moderate", region)
    try:
        row = comments.add_word(word, kind, region)
    except comments.CommentError as error:
        return JsonResponse({"said": str(error)}, status=422)
    said = f"“{word}”: {row.get_kind_display()}"
    LogEntry.objects.log_actions(request.user.pk, [row], CHANGE, said, single_object=True)
    return JsonResponse({"said": said})


# The log


def log(request: HttpRequest) -> HttpResponse:
    """What was decided and reported in one's regions, newest first."""
    rights.require(request.user, "moderate")
    if request.method == "POST":
        return _act(request)
    before = request.GET.get("before", "")
    last = int(before) if ID.fullmatch(before) else None
    found = comments.log(request.user, before=last, limit=LOGGED + 1)
    context = {
        "title": _("Log of comments"),
        "decisions": found[:LOGGED],
        "more": found[LOGGED - 1].pk if len(found) > LOGGED else "",
        "undoable": list(LABELS),
    }
    return render(request, "admin/desk/log.html", admin.site.each_context(request) | context)


# The news stand above counties, where the admin's site is made; so they hang the desk in it here.
_stock_urls = admin.site.get_urls
admin.site.get_urls = lambda: [
    path("desk/", admin.site.admin_view(desk), name="desk"),
    path("desk/log/", admin.site.admin_view(log), name="desk_log"),
    path("desk/words/", admin.site.admin_view(words), name="desk_words"),
    *_stock_urls(),
]
