"""What is done with one story: the map of its steps, signing, publishing, preview, notices, history."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counties import finder, rights
from counties.filters import is_number

from .. import checks, compare, mentions, placements, preview, richtext, workflow
from ..models import Article, Correction, Revision, State

STEPS = [State.DRAFT, State.SUBMITTED, State.REVIEWED, State.PUBLISHED]
# What must be allowed in the story's home region for each step.
ACTS = {
    "submit": "write",
    "return": "write",
    "sign": "review",
    "publish": "publish",
    "withdraw": "publish",
    "correct": "publish",
    "discard": "publish",
    "place": "write",
}
# Taken on the form of a working copy, they still mean the published story.
OF_THE_STORY = {"place", "correct", "withdraw"}
SHOWN = (
    ("kicker", gettext_lazy("kicker")),
    ("headline", gettext_lazy("headline")),
    ("subhead", gettext_lazy("subhead")),
    ("summary", gettext_lazy("summary")),
    ("body", gettext_lazy("body")),
    ("byline", gettext_lazy("byline")),
    ("tags", gettext_lazy("tags")),
    ("figures", gettext_lazy("figures")),
)
HISTORY = 100  # revisions listed
EARLIEST, LATEST = 1900, 2100  # years of publication: others are slips of the finger


class StepsMixin:
    """Addresses below a story in the admin. Each checks rights for the story as it is in the database."""

    def get_urls(self):
        pages = [
            ("step", self.step_view),
            ("history", self.history_view),
            ("compare", self.compare_view),
            ("restore", self.restore_view),
            ("preview", self.preview_view),
        ]
        wrap = self.admin_site.admin_view
        return [
            *(path(f"<int:pk>/{name}/", wrap(view), name=f"news_article_{name}") for name, view in pages),
            *super().get_urls(),
        ]

    def story(self, request, pk, act="write"):
        article = Article.objects.select_related("home", "section", "source", "copy_of").filter(pk=pk).first()
        if article is None:
            raise Http404(_("There is no such story."))
        rights.require(request.user, act, article.home_id)
        return article

    # Steps

    def take(self, request, article, step):
        """Take a step, with what the form says of it. Raises PermissionDenied and WorkflowError."""
        if step not in ACTS:
            raise workflow.WorkflowError(_("There is no such step."))
        if article.copy_of_id and step in OF_THE_STORY:
            article = self.story(request, article.copy_of_id)
        # A working copy holds public words to come, and a withdrawn story's address a public notice.
        public = article.copy_of_id or article.state == State.WITHDRAWN
        rights.require(request.user, "publish" if public else ACTS[step], article.home_id)
        user, form = request.user, request.POST
        match step:
            case "submit":
                workflow.submit(article, by=user)
            case "return":
                workflow.return_to_draft(article, by=user)
            case "sign":
                self._submitted(article, user)
                workflow.sign(article, by=user)
            case "publish":
                self._reviewed(article, user)
                workflow.publish(article, by=user, at=_time(form), substantive=form.get("silent") != "on")
            case "withdraw":
                workflow.withdraw(article, by=user, notice=form.get("notice", ""))
            case "correct":
                kind = form.get("kind")
                kind = kind if kind in Correction.Kind.values else Correction.Kind.CORRECTION
                workflow.correct(article, by=user, text=form.get("notice", ""), kind=kind)
            case "discard":
                workflow.discard_copy(article)
            case "place":
                self._place(article, form.get("channel", ""), user)

    def _place(self, article, text, user):
        """In a further channel, by its name, path or code: at once with rights there, else as a proposal."""
        region = finder.resolve(text)
        if region is None:
            raise workflow.WorkflowError(
                _("No region, or more than one, is called “%(text)s”. Use its path or GB/T 2260 code.")
                % {"text": text}
            )
        placements.place(article, region.id, by=user)
        workflow.refresh(article)

    def _submitted(self, article, user):
        if article.state == State.DRAFT:
            workflow.submit(article, by=user)

    def _reviewed(self, article, user):
        """One click for an editor who may sign their own text: submit, sign, publish."""
        if article.state in {State.DRAFT, State.SUBMITTED} and settings.REVIEWS == 1:
            self._submitted(article, user)
            workflow.sign(article, by=user)

    def step_view(self, request, pk):
        """POST `step`; afterwards the story's form again, or the list where the story is gone."""
        if request.method != "POST":
            return HttpResponseRedirect(reverse("admin:news_article_change", args=[pk]))
        article = self.story(request, pk)
        public = article.copy_of_id or pk
        try:
            self.take(request, article, request.POST.get("step", ""))
            self.message_user(request, self._said(request.POST["step"]), messages.SUCCESS)
        except workflow.WorkflowError as error:
            self.message_user(request, str(error), messages.ERROR)
        if (
            public != pk
            or Article.objects.filter(pk=pk, state__in=[State.PUBLISHED, State.WITHDRAWN]).exists()
        ):
            return HttpResponseRedirect(reverse("admin:news_article_history", args=[public]))
        return HttpResponseRedirect(reverse("admin:news_article_change", args=[pk]))

    def _said(self, step):
        return {
            "submit": _("Submitted. The editors of this region see it now."),
            "return": _("Returned to draft."),
            "sign": _("Your review of this exact text is signed."),
            "publish": _("Published."),
            "withdraw": _("Withdrawn. The notice stands at its address."),
            "correct": _("The notice is on the story."),
            "discard": _("The working copy is gone; the published story is unchanged."),
            "place": _("Placed, or proposed to the editors of that channel."),
        }[step]

    def response_add(self, request, obj, post_url_continue=None):
        return self._step_after_saving(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return self._step_after_saving(request, obj) or super().response_change(request, obj)

    def _step_after_saving(self, request, obj):
        """The form's buttons “save and submit”, “save, sign and publish”."""
        step = next((name for name in ACTS if f"_{name}" in request.POST), None)
        if step is None:
            return None
        article = Article.objects.get(pk=obj.pk)
        public = article.copy_of_id or article.pk
        try:
            self.take(request, article, step)
        except PermissionDenied as error:
            self.message_user(request, str(error), messages.ERROR)
        except workflow.WorkflowError as error:
            self.message_user(request, _("Saved, but: %s") % error, messages.ERROR)
        else:
            self.message_user(request, self._said(step), messages.SUCCESS)
            name = "history" if step == "publish" else "change"
            return HttpResponseRedirect(reverse(f"admin:news_article_{name}", args=[public]))
        return HttpResponseRedirect(reverse("admin:news_article_change", args=[obj.pk]))

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context |= self.map_of(request, obj)
        if obj:
            context |= {"findings": checks.check(obj), "mentions": mentions.mentioned(obj)}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def map_of(self, request, article):
        """Where a story stands and what this person may do with it now."""
        home = article.home_id if article else None
        may = {act: rights.may(request.user, act, home) for act in ("write", "review", "publish")}
        state = State(article.state) if article else State.DRAFT
        signed = workflow.signatures(article) if article else []
        return {
            "story": article,
            "may": may,
            "steps": [(step, step.label, step == state) for step in STEPS],
            "signed": signed,
            "reviews_needed": settings.REVIEWS,
            "has_signed": any(review.by_id == request.user.pk for review in signed),
            "is_copy": bool(article and article.copy_of_id),
        }

    # History

    def history_view(self, request, object_id=None, extra_context=None, pk=None):
        """Every version with author, time and state, and what was said in public about the story."""
        if pk is None:  # not a number
            raise Http404(_("There is no such story."))
        article = self.story(request, pk)
        revisions = article.revisions.select_related("by").defer("content")[:HISTORY]
        context = self._context(request, article, _("History")) | {
            "revisions": list(revisions),
            "requests": article.placement_requests.select_related("region"),
            "notices": article.corrections.select_related("by"),
            "public_url": article.get_absolute_url() if article.state == State.PUBLISHED else "",
            "copy": Article.objects.filter(copy_of=article).first(),
        }
        return render(request, "admin/news/article/history.html", context)

    def compare_view(self, request, pk):
        """Two versions side by side: `a` and `b`, or the newest and the one before."""
        article = self.story(request, pk)
        newest = list(article.revisions.select_related("by")[:2])
        old = self._revision(article, request.GET.get("a")) or (newest[-1] if newest else None)
        new = self._revision(article, request.GET.get("b")) or (newest[0] if newest else None)
        if old is None or new is None:
            raise Http404(_("This story has no earlier version."))
        parts = [(label, compare.rows(_words(old, name), _words(new, name))) for name, label in SHOWN]
        context = self._context(request, article, _("Compare")) | {
            "old": old,
            "new": new,
            "parts": [(label, rows) for label, rows in parts if compare.differs(rows)],
        }
        return render(request, "admin/news/article/compare.html", context)

    def restore_view(self, request, pk):
        article = self.story(request, pk)
        revision = self._revision(article, request.POST.get("revision"))
        if request.method == "POST" and revision:
            # An earlier version may have belonged to another region.
            for home in (article.home_id, revision.content.get("home", article.home_id)):
                rights.require(request.user, self._act_of_change(article), home)
            if article.state == State.PUBLISHED:
                article = workflow.working_copy(article, by=request.user)
            workflow.restore(article, revision, by=request.user)
            self.message_user(
                request, _("The earlier text is back, as the newest version."), messages.SUCCESS
            )
        return HttpResponseRedirect(reverse("admin:news_article_change", args=[article.pk]))

    def _revision(self, article, number):
        if not is_number(number):
            return None
        return article.revisions.select_related("by").filter(pk=number).first()

    # Preview

    def preview_view(self, request, pk):
        """The story as readers will see it, on a phone and a desk, and a link for people without account."""
        article = self.story(request, pk)
        secret = preview.secret(article)
        context = self._context(request, article, _("Preview")) | {
            "address": f"/preview/{secret}/",
            "link": f"{settings.SITE_URL}/preview/{secret}/",
            "days": preview.DAYS,
        }
        return render(request, "admin/news/article/preview.html", context)

    def _context(self, request, article, title):
        return {
            **self.admin_site.each_context(request),
            **self.map_of(request, article),
            "title": title,
            "opts": self.opts,
            "original": article,
        }


def _time(form):
    """The time of publication that a form names, in the newsroom's zone; None for now."""
    text = form.get("at", "").strip()
    if not text:
        return None
    try:
        at = parse_datetime(text)
    except ValueError:
        at = None
    if at is None or not EARLIEST <= at.year <= LATEST:
        raise workflow.WorkflowError(
            _("The time of publication is not a time. Write it as 2026-05-01 08:00.")
        )
    return timezone.make_aware(at) if timezone.is_naive(at) else at


def _words(revision: Revision, name: str) -> str:
    value = revision.content.get(name, "")
    if name == "body":
        return richtext.plain(value)
    if name == "tags":
        return "、".join(value)
    if name == "figures":
        return "\n".join(f"{figure['caption']} {figure['credit']}".strip() for figure in value or ())
    return value
