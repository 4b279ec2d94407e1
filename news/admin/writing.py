"""The page on which a story is written: autosave, who else is there, recovery, saving without a loss."""

import json

from django.core.exceptions import PermissionDenied
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, RawPostDataException
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from counties.filters import is_number

from .. import workflow
from ..models import Article, State
from . import autosave, conflict, editor


class WritingMixin:
    """For the admin of stories; stands before what decides about rights and steps."""

    class Media:
        css = {"all": ["news/admin/css/editor.css"]}
        js = [Script("news/admin/js/writing.js", type="module")]

    def get_urls(self):
        pages = [("autosave", self.autosave_view), ("recover", self.recover_view)]
        pages += [("discard", self.discard_view), ("photo_choices", self.photo_choices_view)]
        wrap = self.admin_site.admin_view
        return [
            *(path(f"writing/{name}/", wrap(view), name=name) for name, view in pages),
            *super().get_urls(),
        ]

    # What the browser calls

    def autosave_view(self, request: HttpRequest) -> JsonResponse:
        """GET: a token that is valid after signing in again. POST: keep `fields`; without them, be seen."""
        if request.method != "POST":
            return JsonResponse({"token": get_token(request)})
        article, message = self._message(request)
        if message is None:
            return JsonResponse({}, status=400)
        # A story that was published meanwhile may be closed to its reporter; what they type is kept even so.
        if article is None and not self.has_add_permission(request):
            raise PermissionDenied
        answer = {}
        if message.get("fields") is not None:
            typed = autosave.typed(message)
            answer["finished"] = not autosave.keep(request.user, article, typed)
            answer["saved"] = autosave.clock(typed.at)
        elif article:
            autosave.be_seen(request.user, article)
        if article:
            answer["others"] = autosave.others(request.user, article)
            answer["newer"] = autosave.newer(request.user, article, message.get("base") or 0)
        return JsonResponse(answer)

    def recover_view(self, request: HttpRequest) -> HttpResponse:
        """POST the form as it is (`now`) and what the browser still keeps (`local`): the bar that offers the
        newer of that and the server's copy, or 204 when nothing would be gained."""
        article, message = self._message(request)
        if message is None:
            return HttpResponse(status=400)
        found = autosave.left(request.user, article)
        if local := message.get("local"):
            kept = autosave.typed(local, autosave.sent_at(local.get("at")))
            if not autosave.is_finished(request.user, article, kept.form_key) and (
                found is None or kept.at > found.at
            ):
                found = kept
        parts = autosave.differences(message["now"], found.fields) if found else []
        if not parts:
            return HttpResponse(status=204)
        context = {"at": autosave.clock(found.at), "parts": parts, "left": found}
        context |= {"fields": json.dumps(found.fields, ensure_ascii=False)}
        context["is_old"] = bool(article and found.base_version and found.base_version != article.version)
        return render(request, "admin/news/article/_recover.html", context)

    def discard_view(self, request: HttpRequest) -> HttpResponse:
        article, message = self._message(request)
        if message is None:
            return HttpResponse(status=400)
        autosave.discard(request.user, article, autosave.typed(message | {"fields": {}}).form_key)
        return HttpResponse(status=204)

    def photo_choices_view(self, request: HttpRequest) -> JsonResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return editor.photo_choices(request)

    def _message(self, request):
        """The story (None: new, or gone) and the message (None: it makes no sense)."""
        try:
            message = autosave.read(request.body)
            fields = message.get("fields")
            autosave.typed(message | {"fields": {} if fields is None else fields})
            if message.get("local"):
                autosave.typed(message["local"])
            autosave.typed({"fields": message.setdefault("now", {})})
            pk = int(message.get("article") or 0)
        except (ValueError, TypeError, AttributeError, OverflowError, RecursionError, RawPostDataException):
            return None, None
        article = Article.objects.defer("body").filter(pk=pk).first() if 0 < pk < 2**63 else None
        if article and not self.has_view_permission(request, article):
            raise PermissionDenied
        return article, message

    # The form

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Whatever happened to the story while somebody typed, the text that they send is kept."""
        if request.method == "POST":
            article = Article.objects.filter(pk=object_id).first() if is_number(object_id) else None
            kept = self._kept_instead(request, article)
            if kept is not None:
                return kept
            request.POST = conflict.with_their_rows(request.POST, article)
        return super().change_view(request, object_id, form_url, extra_context)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except workflow.Conflict:
            # Somebody saved between our reading and writing. Now the form sees it, and shows both texts.
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _kept_instead(self, request, article):
        """The answer to a form that cannot be saved, its text kept as an autosave; None when it can."""
        may = article and self.has_change_permission(request, article)
        if may and article.state != State.PUBLISHED and "_keep" not in request.POST:
            return None
        target = article
        if may and article.state == State.PUBLISHED:
            target = workflow.working_copy(article, by=request.user)
        if article is None or self.has_view_permission(request, article):
            self._keep(request, target)
        if article and not may:
            raise PermissionDenied
        self.message_user(request, self._why_kept(request, article), "WARNING")
        if "_keep" in request.POST:
            return HttpResponseRedirect(reverse("admin:news_article_changelist"))
        page = ("change", [target.pk]) if target else ("add", [])
        return HttpResponseRedirect(reverse(f"admin:news_article_{page[0]}", args=page[1]))

    def _why_kept(self, request, article):
        if "_keep" in request.POST:
            return _("Kept as your draft. Open the story again to recover it.")
        if article is None:
            return _("This story is gone. Your text is kept: recover it here as a new one.")
        return _("The story was published meanwhile. Your text is kept: recover it in the working copy.")

    def _keep(self, request, article):
        autosave.keep(request.user, article, autosave.posted(request.POST))

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        form = context["adminform"].form
        context |= {"conflict": getattr(form, "conflict", None), "words": editor.words()}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def response_add(self, request, obj, post_url_continue=None):
        autosave.finish(request.user, obj, request.POST.get("form_key", ""), is_new=True)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        autosave.finish(request.user, obj, request.POST.get("form_key", ""), is_new=False)
        return super().response_change(request, obj)
