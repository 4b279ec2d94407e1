"""The stories: their list, their form, and what can be done with several at once."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from counties import rights
from counties.filters import is_number

from .. import placements, workflow
from ..models import Article, PlacementRequest, Section, State
from .article_form import ArticleForm, FigureInline, PlacementRequestInline, RelationInline
from .base import DeskAdmin
from .filters import (
    DateFilter,
    RegionFilter,
    SectionFilter,
    SourceFilter,
    StoryStateFilter,
    stories_found,
    typed,
)
from .steps import StepsMixin
from .writing import WritingMixin

Asked = PlacementRequest.State


@admin.register(Article)
class ArticleAdmin(WritingMixin, StepsMixin, DeskAdmin):
    act = "write"
    region_lookup = "home"
    form = ArticleForm
    list_display = ["headline", "home", "section", "state_shown", "published_at"]
    list_filter = [StoryStateFilter, RegionFilter, SectionFilter, SourceFilter, DateFilter.of("published_at")]
    sortable_by = ["headline"]  # other columns have no index to read in their order
    list_select_related = ["home", "section"]
    search_fields = ["headline"]  # for the box; see get_search_results
    search_help_text = gettext_lazy("Words of the story, or its number.")
    autocomplete_fields = ["home", "source"]
    raw_id_fields = ["lead_photo"]
    ordering = ["-created_at", "-id"]
    inlines = [FigureInline, PlacementRequestInline, RelationInline]
    actions = ["submit", "sign", "publish", "return_to_draft"]
    view_on_site = False  # the history page links to what readers see
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("home", "section"),
                    "kicker",
                    "headline",
                    "subhead",
                    "summary",
                    "body",
                    "tag_names",
                ]
            },
        ),
        (
            gettext_lazy("Who"),
            {"fields": [("byline", "editor"), ("source", "original_url"), "read_version", "form_key"]},
        ),
        (
            gettext_lazy("When and how"),
            {
                "fields": [("embargo_until", "expires_at"), ("lead_photo", "comments_open")],
                "classes": ["collapse"],
            },
        ),
    ]

    class Media:
        css = {"all": [f"news/admin/css/{name}.css" for name in ("editor", "checks", "steps")]}
        js = WritingMixin.Media.js

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        match = request.resolver_match
        return rows.defer("body", "summary") if match and match.url_name.endswith("changelist") else rows

    def get_changeform_initial_data(self, request):
        """Most people file for one region: it is chosen already, and so is the section 要闻."""
        mine = rights.covered(request.user, "write")
        section = Section.objects.filter(slug=Section.NEWS).values_list("pk", flat=True).first()
        return {
            "home": mine[0].id if mine else None,
            "section": section,
        } | super().get_changeform_initial_data(request)

    def get_search_results(self, request, queryset, search_term):
        """By the search index: a part of a word would be looked for in every headline there is."""
        text = typed(search_term)
        rows = queryset.filter(pk__in=stories_found(request.user, text)) if text else queryset
        return rows, False

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, article):
        label = article.get_state_display()
        return _("%(state)s (working copy)") % {"state": label} if article.copy_of_id else label

    def get_inlines(self, request, obj):
        """Channels belong to the published story itself: they are not part of its working copy."""
        inlines = super().get_inlines(request, obj)
        return [i for i in inlines if i is not PlacementRequestInline] if obj and obj.copy_of_id else inlines

    def has_change_permission(self, request, obj=None):
        """A published story is changed, by a working copy, only by those who may publish there."""
        return rights.may(request.user, self._act_of_change(obj), obj and obj.home_id)

    def _act_of_change(self, obj):
        public = obj is not None and (obj.state == State.PUBLISHED or obj.copy_of_id)
        return "publish" if public else self.act

    def has_delete_permission(self, request, obj=None):
        """A story is withdrawn with a notice; only what was never public may be deleted, by a reporter
        only their own draft."""
        if obj is None or obj.month or not self._may(request, obj):
            return False
        own = obj.state == State.DRAFT and not obj.copy_of_id and obj.created_by_id == request.user.pk
        return own or rights.may(request.user, "publish", obj.home_id)

    def get_deleted_objects(self, objs, request):
        """What hangs on the story goes with it; nobody may delete a version, so Django would ask in vain."""
        found, counts, _needed, protected = super().get_deleted_objects(objs, request)
        return found, counts, set(), protected

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """A published story is edited in its working copy, so that readers see no half-done change."""
        article = self.get_object(request, object_id)
        public = article is not None and article.state == State.PUBLISHED
        # Text that is sent here is for WritingMixin, which loses none.
        if public and request.method == "GET" and self.has_change_permission(request, article):
            copy = workflow.working_copy(article, by=request.user)
            return HttpResponseRedirect(reverse("admin:news_article_change", args=[copy.pk]))
        return super().change_view(request, object_id, form_url, extra_context)

    def delete_model(self, request, obj):
        if obj.copy_of_id:
            workflow.discard_copy(obj)
        else:
            super().delete_model(request, obj)

    def save_model(self, request, obj, form, change):
        rights.require(request.user, "publish" if obj.copy_of_id else "write", obj.home_id)
        workflow.write(obj, by=request.user, tags=form.cleaned_data["tag_names"])

    def save_formset(self, request, form, formset, change):
        rows = formset.save(commit=False)
        for row in formset.deleted_objects:
            if isinstance(row, PlacementRequest):
                self._take_back(request, PlacementRequest.objects.get(pk=row.pk))
            else:
                row.delete()
        for row in rows:
            if isinstance(row, PlacementRequest):
                self._ask(request, row)
            else:
                row.save()

    def _take_back(self, request, row):
        """What nobody has decided on, or what stands in one's own channels. `row` is as stored."""
        if row.state == Asked.PROPOSED or rights.may(request.user, "publish", row.region_id):
            row.delete()

    def _ask(self, request, row):
        """Whoever has rights over a region decides there; others propose, and change nothing decided.

        The region of a row stays, whatever the form says: or an editor could decide in another's channel.
        """
        if row.pk:
            row.region_id = PlacementRequest.objects.values_list("region_id", flat=True).get(pk=row.pk)
        if rights.may(request.user, "publish", row.region_id):
            if row.pk is None:
                row.proposed_by = request.user
                row.save()
            placements.decide(row, accepted=row.state != Asked.REFUSED, by=request.user)
        elif row.pk is None:
            placements.place(row.article, row.region_id, by=request.user)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        for region in request.POST.getlist("propose"):
            if is_number(region):
                placements.place(form.instance, int(region), by=request.user)
        workflow.amend(form.instance)

    # Several at once

    @admin.action(description=gettext_lazy("Submit for review"))
    def submit(self, request, queryset):
        self._each(request, queryset, "submit")

    @admin.action(description=gettext_lazy("Sign the review"))
    def sign(self, request, queryset):
        self._each(request, queryset, "sign")

    @admin.action(description=gettext_lazy("Publish now"))
    def publish(self, request, queryset):
        self._each(request, queryset, "publish")

    @admin.action(description=gettext_lazy("Return to draft"))
    def return_to_draft(self, request, queryset):
        self._each(request, queryset, "return")

    def _each(self, request, queryset, step):
        """Take the step with each story; a message says what was done, one a reason what was refused."""
        done, refused = 0, {}
        for article in queryset.select_related(None):
            full = Article.objects.get(pk=article.pk)
            try:
                self.take(request, full, step)
                done += 1
            except (workflow.WorkflowError, PermissionDenied) as error:
                refused.setdefault(str(error), []).append(full.headline)
        if done:
            self.message_user(request, ngettext("%d story changed.", "%d stories changed.", done) % done)
        for reason, headlines in refused.items():
            said = _("Refused: %(stories)s. %(reason)s") % {"stories": "、".join(headlines), "reason": reason}
            self.message_user(request, said, messages.WARNING)
