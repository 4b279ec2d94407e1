"""The photo library: uploading many at once, confirming their words, focal point, use, replacing."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from counties import changes, rights
from counties.filters import is_number

from .. import images, search, workflow
from ..limits import limited
from ..models import Article, Figure, Photo, State
from .base import FewPages
from .filters import numbered, typed

WORDS = ["credit", "caption", "alt", "place"]
AT_ONCE = 24  # photos on one sheet of words to confirm
uploads = limited("uploads", per_minute=300)
USES = 20  # stories that are named as showing a photo
LINES = {"caption": forms.Textarea(attrs={"rows": 2}), "alt": forms.Textarea(attrs={"rows": 2})}


class PhotoForm(forms.ModelForm):
    class Meta:
        model = Photo
        fields = ["original", *WORDS, "rights", "focal_x", "focal_y"]
        widgets = LINES

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop("original", None)

    def clean(self):
        """A refused file is refused here, with the reason; an accepted one is stored, once."""
        data = super().clean()
        file = data.get("original")
        if isinstance(file, UploadedFile) and not self.errors:
            given = {name: data.get(name, "") for name in (*WORDS, "rights")}
            try:
                self.stored, self.is_new = images.take(file, **given)
            except images.PictureError as error:
                self.add_error("original", str(error))
        return data


WordsFormSet = forms.modelformset_factory(Photo, fields=WORDS, extra=0, widgets=LINES)


@admin.register(Photo)
class PhotoAdmin(admin.ModelAdmin):
    """Shared by all who write. What a published story shows is changed by those who may publish there."""

    form = PhotoForm
    list_display = ["preview", "caption", "credit", "is_confirmed", "uploaded_at", "uploaded_by"]
    list_display_links = ["preview", "caption"]
    list_filter = ["is_confirmed", "progress"]
    list_select_related = ["uploaded_by"]
    list_per_page = 24
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = FewPages
    search_fields = ["caption"]  # for the box; see get_search_results
    search_help_text = _("Words of caption, credit, place or description, or the photo's number.")

    @admin.display(description=_("photo"))
    def preview(self, photo):
        if picture := images.picture(photo, "card", alt=str(photo), sizes="120px"):
            return picture
        if photo.progress == Photo.Progress.FAILED:
            return photo.get_progress_display()
        return format_html(
            '<img src="{}" alt="{}" loading="lazy">', reverse("admin:news_photo_peek", args=[photo.pk]), photo
        )

    def get_fields(self, request, obj=None):
        """A stored file is replaced by a form of its own."""
        fields = super().get_fields(request, obj)
        return [name for name in fields if obj is None or name != "original"]

    # Rights

    def has_module_permission(self, request):
        return request.user.is_authenticated and rights.may(request.user, "write")

    def has_view_permission(self, request, obj=None):
        return rights.may(request.user, "write")

    has_add_permission = has_view_permission

    def has_change_permission(self, request, obj=None):
        if obj is None or not rights.may(request.user, "write"):
            return rights.may(request.user, "write")
        if not hasattr(obj, "_homes"):  # asked several times for one page
            shown = images.used_by(obj).filter(state=State.PUBLISHED)
            obj._homes = set(shown.order_by().values_list("home_id", flat=True).distinct())
        return all(rights.may(request.user, "publish", home) for home in obj._homes)

    def has_delete_permission(self, request, obj=None):
        if obj is None:
            return rights.may(request.user, "write")
        own = obj.uploaded_by_id == request.user.pk and rights.may(request.user, "write")
        return (own or rights.may(request.user, "publish")) and not images.used_by(obj).exists()

    def get_search_results(self, request, queryset, search_term):
        """By the search index: a part of a word would be looked for in every caption there is."""
        text = typed(search_term)
        found = [*search.photos_found(text), *numbered(text)]
        return (queryset.filter(pk__in=found) if text else queryset), False

    # Saving and deleting

    def save_model(self, request, obj, form, change):
        if not change:
            self._save_new(request, obj, form)
            return
        obj.is_confirmed = True
        obj.save(update_fields=[*WORDS, "rights", "focal_x", "focal_y", "is_confirmed"])
        search.keep_photos([obj])
        changes.announce(images.shown_by(obj))
        if {"focal_x", "focal_y"} & set(form.changed_data):
            images.ask_again([obj.pk])

    def _save_new(self, request, obj, form):
        stored = form.stored
        obj.pk = stored.pk
        if not form.is_new:
            self.message_user(request, _("Already in the library; nothing was changed."), messages.WARNING)
            return
        stored.uploaded_by = request.user
        stored.focal_x, stored.focal_y = obj.focal_x, obj.focal_y
        stored.is_confirmed = bool(obj.credit and obj.caption)
        stored.save(update_fields=["uploaded_by", "focal_x", "focal_y", "is_confirmed"])

    def delete_model(self, request, obj):
        try:
            images.remove(obj)
        except images.PictureError as error:
            raise PermissionDenied(str(error)) from error

    def delete_queryset(self, request, queryset):
        for photo in queryset:
            self.delete_model(request, photo)

    # Pages

    def get_urls(self):
        def page(view):
            return self.admin_site.admin_view(view)

        own = [
            path("upload/", page(require_POST(uploads(self.upload))), name="news_photo_upload"),
            path("confirm/", page(self.confirm), name="news_photo_confirm"),
            path("<int:pk>/peek.jpg", page(require_safe(self.peek)), name="news_photo_peek"),
            path("<int:pk>/replace/", page(require_POST(uploads(self.replace))), name="news_photo_replace"),
        ]
        return own + super().get_urls()

    def changelist_view(self, request, extra_context=None):
        waiting = len(_unconfirmed(request.user).values_list("pk")[:AT_ONCE])
        return super().changelist_view(request, {"waiting": waiting} | (extra_context or {}))

    def add_view(self, request, *args, **kwargs):
        view = super().add_view
        return (uploads(view) if request.method == "POST" else view)(request, *args, **kwargs)

    def upload(self, request: HttpRequest) -> HttpResponse:
        """Many files; for a script as JSON, for a plain form with a message for each refused one."""
        rights.require(request.user, "write")
        results = [_taken(file, request.user) for file in request.FILES.getlist("files")]
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse({"results": results})
        for result in results:
            if result["status"] != "new":
                _tell(request, result)
        new = sum(result["status"] == "new" for result in results)
        if not results:
            messages.error(request, _("Choose at least one file."))
        return HttpResponseRedirect(reverse(f"admin:news_photo_{'confirm' if new else 'changelist'}"))

    def confirm(self, request: HttpRequest) -> HttpResponse:
        """Credit, caption and alt text of all that one uploaded and has not confirmed yet."""
        rights.require(request.user, "write")
        if request.method == "POST":
            sent = [value for key, value in request.POST.items() if key.endswith("-id") and is_number(value)]
            own = Photo.objects.filter(uploaded_by=request.user, pk__in=sent[:AT_ONCE])
            may = [photo.pk for photo in own if self.has_change_permission(request, photo)]
            formset = WordsFormSet(request.POST, queryset=own.filter(pk__in=may).order_by("-pk"))
            if formset.is_valid():
                self._confirm(request, formset)
                return HttpResponseRedirect(reverse("admin:news_photo_changelist"))
        else:
            formset = WordsFormSet(queryset=_unconfirmed(request.user)[:AT_ONCE])
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Confirm credit and caption"),
            "formset": formset,
            "media": self.media,
        }
        return render(request, "admin/news/photo/confirm.html", context)

    def _confirm(self, request, formset):
        credit = request.POST.get("credit_for_all", "").strip()[:60]
        photos = [form.instance for form in formset if form.instance.pk]  # the others were deleted meanwhile
        for photo in photos:
            photo.credit = photo.credit or credit
            photo.is_confirmed = True
            changes.announce(images.shown_by(photo))
            photo.save(update_fields=[*WORDS, "is_confirmed"])
        search.keep_photos(photos)
        count = len(photos)
        self.message_user(
            request, ngettext("%d photo confirmed.", "%d photos confirmed.", count) % count, messages.SUCCESS
        )

    def change_view(self, request, object_id, form_url="", extra_context=None):
        photo = self.get_object(request, object_id)
        context = {"photo": photo, "uses": _uses(photo, request.user) if photo else [], "uses_named": USES}
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def peek(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The whole picture, small, while its renditions are not there yet."""
        rights.require(request.user, "write")
        photo = get_object_or_404(Photo, pk=pk)
        if shown := _shown(photo):
            return HttpResponseRedirect(shown)
        return HttpResponse(
            images.peek(photo), "image/jpeg", headers={"Cache-Control": "private, max-age=60"}
        )

    def replace(self, request: HttpRequest, pk: int) -> HttpResponse:
        photo = get_object_or_404(Photo, pk=pk)
        if not self.has_change_permission(request, photo):
            raise PermissionDenied
        try:
            if "file" not in request.FILES:
                raise images.PictureError(_("Choose at least one file."))
            images.replace(photo, request.FILES["file"])
            self.log_change(request, photo, _("file replaced"))
            self.message_user(request, _("The new file is shown everywhere now."), messages.SUCCESS)
        except images.AlreadyThere as error:
            link = format_html('{} <a href="{}">{}</a>', error, _page(error.photo), error.photo)
            self.message_user(request, link, messages.ERROR)
        except images.PictureError as error:
            self.message_user(request, str(error), messages.ERROR)
        return HttpResponseRedirect(_page(photo))


def _page(photo):
    return reverse("admin:news_photo_change", args=[photo.pk])


def _shown(photo):
    """Address of a JPEG of the whole picture, about 960 pixels wide; "" before there is one."""
    return next((variant.url for variant in images.variants(photo, "full")[-2:]), "")


def _unconfirmed(user):
    return Photo.objects.filter(is_confirmed=False, uploaded_by=user).order_by("-pk")


def _taken(file, user):
    """What became of one file."""
    try:
        photo, is_new = images.take(file, by=user)
    except images.PictureError as error:
        return {"name": file.name, "status": "refused", "message": str(error), "url": ""}
    status, message = ("new", _("Uploaded")) if is_new else ("duplicate", _("Already in the library"))
    return {"name": file.name, "status": status, "message": str(message), "url": _page(photo)}


def _tell(request, result):
    if result["status"] == "refused":
        messages.error(request, f"{result['name']}：{result['message']}")
        return
    line = format_html('{}：<a href="{}">{}</a>', result["name"], result["url"], result["message"])
    messages.warning(request, line)


def _uses(photo, user) -> list[dict]:
    """The newest stories that show it; what the person may not see is not named. One query."""
    return [_use(article, user) for article in images.used_by(photo)[: USES + 1]]


def _use(article: Article, user) -> dict:
    if rights.may(user, "write", article.home_id):
        url = reverse("admin:news_article_change", args=[article.pk])
    else:
        url = article.get_absolute_url() if article.state == State.PUBLISHED else ""
    return {"url": url, "headline": article.headline if url else "", "state": article.get_state_display()}


class AwaitedForm(forms.ModelForm):
    def clean(self):
        if Article.objects.filter(copy_of=self.instance.article_id).exists():
            raise forms.ValidationError(
                _("A working copy of this story is open. Attach the picture there, or it would be lost.")
            )
        return super().clean()


@admin.register(Figure)
class AwaitedPictureAdmin(admin.ModelAdmin):
    """Captions that wait for their picture, for example after an import."""

    form = AwaitedForm
    list_display = ["caption", "credit", "story"]
    list_select_related = ["article"]
    fields = ["caption", "credit", "photo"]
    raw_id_fields = ["photo"]
    list_per_page = 25
    show_full_result_count = False
    paginator = FewPages

    @admin.display(description=_("article"))
    def story(self, figure):
        return format_html('<a href="../article/{}/change/">{}</a>', figure.article_id, figure.article)

    def get_queryset(self, request):
        rows = super().get_queryset(request).filter(photo=None).defer("article__body")
        covered = rights.below(request.user, "write")
        return rows if covered is None else rows.filter(article__home__in=covered)

    def has_module_permission(self, request):
        return request.user.is_authenticated and rights.may(request.user, "write")

    def has_view_permission(self, request, obj=None):
        return rights.may(request.user, "write", obj and obj.article.home_id)

    def has_change_permission(self, request, obj=None):
        """What readers see, or will see, is changed by those who may publish it."""
        public = obj is not None and (obj.article.state == State.PUBLISHED or obj.article.copy_of_id)
        return rights.may(request.user, "publish" if public else "write", obj and obj.article.home_id)

    has_add_permission = has_delete_permission = lambda self, request, obj=None: False

    def save_model(self, request, obj, form, change):
        """The story has a new version: the reviews of the earlier one are void, and its pages made anew."""
        super().save_model(request, obj, form, change)
        workflow.write(obj.article, by=request.user)
