"""Tags: renamed, and merged where two mean the same."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counties import changes, rights

from .. import search
from ..models import Article, Redirect, State, Tag, Tagging
from .desks import MastheadAdmin

REINDEXED = 500  # stories whose search entries are written again at once; more are left to `rebuild search`


@admin.register(Tag)
class TagAdmin(MastheadAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name"]
    actions = ["merge"]

    def get_readonly_fields(self, request, obj=None):
        return ["slug"] if obj else []  # the address of its page stays

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        _announce({obj.pk}, _stories({obj.pk}))

    @admin.action(description=gettext_lazy("Merge into one"), permissions=["change"])
    def merge(self, request, queryset):
        tags = list(queryset)
        if len(tags) < 2:
            self.message_user(request, _("Choose two tags or more."), messages.WARNING)
            return None
        kept = next((tag for tag in tags if str(tag.pk) == request.POST.get("kept")), None)
        if kept is None:
            context = {**self.admin_site.each_context(request), "title": _("Merge into one"), "tags": tags}
            return TemplateResponse(request, "admin/news/tag/merge.html", context | {"opts": self.opts})
        if not rights.may(request.user, "masthead"):
            raise PermissionDenied
        merge(kept, [tag for tag in tags if tag != kept])
        self.message_user(request, _("Merged into “%(name)s”.") % {"name": kept.name}, messages.SUCCESS)
        return None


@transaction.atomic
def merge(kept: Tag, others: list[Tag]) -> None:
    """Give the stories of the other tags this one; the addresses of the others lead to it."""
    ids = {tag.pk for tag in others}
    stories = _stories(ids)
    for tag in others:
        rows = Tagging.objects.filter(tag=tag)
        rows.exclude(article__in=Tagging.objects.filter(tag=kept).values("article")).update(tag=kept)
        old, new = f"/tags/{tag.slug}/", f"/tags/{kept.slug}/"
        Redirect.objects.filter(target=old).update(target=new)
        Redirect.objects.update_or_create(path=old, defaults={"target": new})
        tag.delete()
    Redirect.objects.filter(path=f"/tags/{kept.slug}/").delete()
    _announce({kept.pk, *ids}, stories)


def _stories(tag_ids):
    rows = Tagging.objects.filter(tag__in=tag_ids).order_by("-published_at")
    return list(dict.fromkeys(rows.values_list("article", flat=True)[: REINDEXED + 1]))


def _announce(tag_ids, stories):
    """The tags' pages and their stories show it; of very many stories, the whole site is told."""
    few = stories[:REINDEXED]
    search.index_many(Article.objects.filter(state=State.PUBLISHED, pk__in=few).select_related("source"))
    keys = {f"tag:{pk}" for pk in tag_ids}
    changes.announce(keys | ({"site"} if len(stories) > REINDEXED else {f"article:{pk}" for pk in few}))
