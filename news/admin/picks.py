"""The picks of a channel: what stands where, what is kept out, until when, and a preview of the blocks."""

import re

from csp.decorators import csp_replace
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin

from counties import changes, rights
from counties.navigation import Node, regions

from .. import blocks, candidates, cards, search
from ..models import Article, Pick, Placement
from ..related import closest
from .base import DeskAdmin
from .filters import RegionFilter

OFFERED = 12  # stories that the box for a new pick offers
Block = Pick.Block
OWN = Block.LEAD, Block.CHANNEL, Block.RECOMMENDED  # show the channel's own stories only
# How many stories a block shows; of what it does not show by an editor's choice, none.
SHOWN = dict.fromkeys(Block, 0) | dict(zip(Pick.PINNED, (1, 8, 1, 4, 8, 8), strict=True))

NOT_HERE = gettext_lazy("No published story of this channel. Choose one from the list, or paste its address.")


class StoryField(forms.CharField):
    """A published story, by its number, its address, or a line that the box offered."""

    def clean(self, value):
        text = super().clean(value).strip()
        if not text:
            return None
        found = re.search(r"/(\d{1,18})/?(?:[?#].*)?$", text) or re.match(r"(\d{1,18})(?=\s|$)", text)
        story = found and Article.objects.published().filter(pk=found[1]).only("headline").first()
        if not story:
            raise forms.ValidationError(NOT_HERE)
        return story


class NewPickForm(forms.Form):
    """A further pick of one block; it goes to the top."""

    story = StoryField(max_length=300, required=False, label=gettext_lazy("Add a story"))
    is_kept_out = forms.BooleanField(required=False, label=gettext_lazy("Keep it out"))

    def __init__(self, *args, region: Node, block: Block, **kwargs):
        super().__init__(*args, **kwargs)
        self.region, self.block = region, block
        self.fields["story"].widget.attrs = {
            "list": "stories", "data-stories": "", "placeholder": _("Headline, number or address")
        }  # fmt: skip
        self.fields["expires_at"] = _expiry()
        if block not in Pick.PINNED:
            self.fields["story"].label = _("Keep a story out")
            self.fields["is_kept_out"].widget = forms.HiddenInput()

    def clean(self):
        data = super().clean()
        data["is_kept_out"] = data["is_kept_out"] or self.block not in Pick.PINNED
        if data.get("story") and not _fits(data["story"], self.region, self.block, data["is_kept_out"]):
            self.add_error("story", NOT_HERE)
        return data


class PickForm(forms.ModelForm):
    class Meta:
        model = Pick
        fields = ["order", "expires_at"]
        widgets = {"order": forms.NumberInput(attrs={"min": 0, "class": "vSmallIntegerField"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["expires_at"] = _expiry()
        self.is_over = bool(self.instance.expires_at and self.instance.expires_at <= timezone.now())


PickFormSet = forms.modelformset_factory(Pick, PickForm, extra=0, can_delete=True)


class OnePickForm(forms.ModelForm):
    def clean(self):
        data = super().clean()
        story, region = data.get("article"), data.get("region")
        if story and region and {"article", "region", "block"} & set(self.changed_data):
            node, block = regions().by_id[region.pk], data.get("block", "")
            if not _fits(story, node, block, data.get("is_kept_out")):
                self.add_error("article", NOT_HERE)
        return data


@admin.register(Pick)
class PickAdmin(DeskAdmin):
    """The list shows the picks of all one's channels; the work is done on the page of one channel."""

    act = "pick"
    form = OnePickForm
    list_display = ["article", "block", "place", "is_kept_out", "order", "expires_at"]
    list_filter = [RegionFilter, "block", "is_kept_out"]
    list_select_related = ["region", "article"]
    autocomplete_fields = ["region"]
    raw_id_fields = ["article"]
    change_list_template = "admin/news/pick/change_list.html"

    @admin.display(description=gettext_lazy("region"), ordering="region")
    def place(self, pick):
        return format_html('<a href="channel/{}/">{}</a>', pick.region_id, pick.region.name)

    def get_queryset(self, request):
        return super().get_queryset(request).defer("article__body", "article__summary")

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("channel/<int:region_id>/", wrap(self.channel), name="news_pick_channel"),
            path("channel/<int:region_id>/preview/", wrap(self.preview), name="news_pick_preview"),
            path("channel/<int:region_id>/stories/", wrap(self.stories), name="news_pick_stories"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        extra = {"channels": rights.covered(request.user, self.act)}
        return super().changelist_view(request, extra | (extra_context or {}))

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        changes.announce({f"region:{obj.region_id}", f"region:{form.initial.get('region', obj.region_id)}"})

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        changes.announce({f"region:{obj.region_id}"})

    def delete_queryset(self, request, queryset):
        touched = {f"region:{pk}" for pk in queryset.values_list("region_id", flat=True)}
        super().delete_queryset(request, queryset)
        changes.announce(touched)

    # The page of one channel

    def channel(self, request: HttpRequest, region_id: int) -> HttpResponse:
        region = self._region(request, region_id)
        picks = Pick.objects.filter(region=region.id).select_related("article").defer("article__body")
        sent = request.POST or None
        formset = PickFormSet(sent, queryset=picks.order_by("block", "is_kept_out", "order", "id"))
        new = {block: NewPickForm(sent, prefix=block.value, region=region, block=block) for block in Block}
        is_wrong = sent and False in [form.is_valid() for form in (formset, *new.values())]
        if sent and not is_wrong:
            _save(region, formset, new)
            messages.success(request, _("Saved. Readers see it now."))
            return HttpResponseRedirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Picks of %(place)s") % {"place": region.name},
            "region": region,
            "around": _around(request.user, region),
            "formset": formset,
            "desks": [
                (block, [form for form in formset if form.instance.block == block], new[block], SHOWN[block])
                for block in Block
            ],
            "is_wrong": is_wrong,
        }
        return TemplateResponse(request, "admin/news/pick/channel.html", context)

    @method_decorator(xframe_options_sameorigin)
    @method_decorator(csp_replace({"frame-ancestors": ["'self'"]}))
    def preview(self, request: HttpRequest, region_id: int) -> HttpResponse:
        """All blocks as readers would see them, with the picks of the query string (?channel=7,5&lead=3) and
        without what it keeps out (?not-ranking=8). What depends on a story is shown for the newest."""
        region = self._region(request, region_id)
        picks, kept_out = (
            {b: _numbers(request.GET.get(f"{kind}{b}", "")) for b in Block} for kind in ("", "not-")
        )
        newest = next(iter(candidates.of(region).ids["newest"]), 0)
        close = closest(Article(pk=newest), []) if newest else []
        found = candidates.of(region, extra={*close, *(pk for ids in picks.values() for pk in ids)})
        if request.GET:
            found.picks, found.kept_out = picks, kept_out
        context = {"region": region, "lead": blocks.lead(found), "story": found.cards.get(newest)}
        context["blocks"] = blocks.of_story(found, newest, close, [])
        return render(request, "admin/news/pick/preview.html", context)

    def stories(self, request: HttpRequest, region_id: int) -> JsonResponse:
        """The newest stories that a block may show, or those that have what was typed: three queries."""
        region = self._region(request, region_id)
        if request.GET.get("block", Block.LEAD) not in OWN:
            region = candidates.channels(region)[-1]
        typed = request.GET.get("q", "")[:100].replace("\0", "").strip()
        if typed:
            ids = [hit.article_id for hit in search.find(typed, region=region, size=OFFERED).hits]
        else:
            rows = cards.newest(Placement, {"newest": cards.Range(region.id, OFFERED)})
            ids = rows["newest"]
        known = cards.load(ids)
        found = [known[pk] for pk in ids if pk in known]
        return JsonResponse(
            {"stories": [{"value": f"{card.id} {card.headline}", "label": card.when} for card in found]}
        )

    def _region(self, request, region_id):
        region = regions().by_id.get(region_id)
        if region is None:
            raise Http404(_("There is no such region."))
        if not rights.may(request.user, self.act, region):
            raise PermissionDenied(_("You have no rights for this in this region."))
        return region


def _numbers(text):
    return [int(number) for number in re.findall(r"\d{1,18}", text)[:40]]


def _fits(story, region, block, is_kept_out):
    """Whether the block may show the story; keeping out is always allowed."""
    within = [region] if block in OWN else candidates.channels(region)
    rows = Placement.objects.filter(article=story, region__in=[node.id for node in within])
    return is_kept_out or rows.exists()


def _around(user, region):
    """The channels one level up and down whose picks the person may make."""
    above = [region.parent] if region.parent and rights.may(user, "pick", region.parent) else []
    return [*above, *region.children]


@transaction.atomic
def _save(region, formset, new):
    formset.save()
    for block, form in new.items():
        story = form.cleaned_data["story"]
        if story is None:
            continue
        Pick.objects.update_or_create(
            region_id=region.id, block=block, article=story,
            defaults={"order": 0} | {name: form.cleaned_data[name] for name in ("is_kept_out", "expires_at")},
        )  # fmt: skip
        rest = Pick.objects.filter(region=region.id, block=block).exclude(article=story)
        for order, pk in enumerate(rest.order_by("order", "id").values_list("pk", flat=True), start=1):
            Pick.objects.filter(pk=pk).update(order=order)
    changes.announce({f"region:{region.id}"})


def _expiry():
    """A time of the browser's own picker, in minutes."""
    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    return forms.DateTimeField(required=False, label=gettext_lazy("Until"), widget=widget)
