"""What all admin pages of the newsroom share: rights by region, and lists that cost the same at any size."""

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.admin.widgets import AutocompleteSelect, ForeignKeyRawIdWidget, RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counties import rights
from counties.filters import is_number

from ..models import Article

NAMED = 5  # of the rows that one reason refused, so many are named


class FewPages(Paginator):
    """Counts no further than page 100, so that no list reads the whole table."""

    @cached_property
    def count(self):
        return len(self.object_list.order_by().values_list("pk", flat=True)[: self.per_page * 100])


class StoryNumber(ForeignKeyRawIdWidget):
    """The number of a story, with its headline beside it where the person may know that."""

    def __init__(self, db_field, site, user):
        super().__init__(db_field.remote_field, site)
        self.user = user

    def label_and_url_for_value(self, value):
        may = is_number(value) and _known(self.user).filter(pk=value).exists()
        return super().label_and_url_for_value(value) if may else ("", "")


class Chosen(AutocompleteSelect):
    """A field with a box to search in. Django's own fails to show a value again that is no number."""

    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, list(filter(is_number, value)), attr)


class Choosing:
    """For what has `autocomplete_fields`; stands before Django's class."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """What is chosen from is changed and removed on its own pages; new things can be added here."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field and field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_change_related = field.widget.can_delete_related = False
            field.widget.can_view_related = False
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = Chosen(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class DeskAdmin(Choosing, admin.ModelAdmin):
    """A model whose rows belong to a region; one must be allowed the `act` there to see or change them."""

    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    act = "publish"
    region_lookup = "region"
    list_per_page = 25
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # they count the table
    paginator = FewPages

    def action_checkbox(self, obj):
        """Django's own renders a template for each row, a fifth of what a list costs."""
        html = '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">'
        label = _("Select this object for an action - {}").format(obj)
        return format_html(html, helpers.ACTION_CHECKBOX_NAME, obj.pk, label)

    def region_of(self, obj) -> int:
        for name in self.region_lookup.split("__")[:-1]:
            obj = getattr(obj, name)
        return getattr(obj, f"{self.region_lookup.split('__')[-1]}_id")

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        covered = rights.below(request.user, self.act)
        return rows if covered is None else rows.filter(**{f"{self.region_lookup}__in": covered})

    def _may(self, request, obj=None):
        return rights.may(request.user, self.act, self.region_of(obj) if obj else None)

    def has_module_permission(self, request):
        return request.user.is_authenticated and self._may(request)

    def has_view_permission(self, request, obj=None):
        return self._may(request, obj)

    def has_change_permission(self, request, obj=None):
        return self._may(request, obj)

    def has_add_permission(self, request):
        return self._may(request)

    def has_delete_permission(self, request, obj=None):
        return self._may(request, obj)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Only regions that the person may work in are offered, and only those are accepted."""
        if db_field.related_model is Article and db_field.name in self.raw_id_fields:
            kwargs["widget"] = StoryNumber(db_field, self.admin_site, request.user)
            kwargs["queryset"] = _known(request.user)
        if db_field.name == self.region_lookup:
            covered = rights.below(request.user, self.act)
            rows = db_field.remote_field.model.objects.all()
            kwargs["queryset"] = rows if covered is None else rows.filter(pk__in=covered)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        if not self._may(request, obj):
            raise PermissionDenied
        super().save_model(request, obj, form, change)

    def each(self, request, queryset, step, refused):
        """Apply a verb to each row; the number done. One message says which rows were refused, and why."""
        done, reasons = 0, {}
        for row in queryset:
            try:
                step(row)
                done += 1
            except refused as error:
                reasons.setdefault(str(error), []).append(str(row))
        if reasons:
            self.message_user(request, refusals(reasons), messages.WARNING)
        return done


def _known(user):
    """The stories whose headlines the person may know: what is public, and what is filed where they write."""
    covered, stories = rights.below(user, "write"), Article.objects.all()
    return stories if covered is None else stories.published() | stories.filter(home__in=covered)


def refusals(reasons: dict[str, list[str]]) -> str:
    """“3 refused. “甲”、“乙” and 1 more：reason” from {reason: names of the rows}."""
    number = sum(map(len, reasons.values()))
    told = []
    for reason, names in reasons.items():
        more = len(names) - NAMED
        named = "、".join(f"“{name[:30]}”" for name in names[:NAMED])
        named += ngettext(" and %d more", " and %d more", more) % more if more > 0 else ""
        told.append(f"{named}：{reason or _('You have no rights for this in this region.')}")
    return ngettext("%d refused.", "%d refused.", number) % number + " " + " ".join(told)
