from django import forms
from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from counties import rights

from .. import images
from ..models import Figure, Photo
from .base import FewPages

WORDS = ["credit", "caption", "alt", "place", "rights"]


class PhotoForm(forms.ModelForm):
    class Meta:
        model = Photo
        fields = ["original", *WORDS, "focal_x", "focal_y"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["original"].disabled = True

    def clean(self):
        """A refused file is refused here, with the reason; an accepted one is stored, once."""
        data = super().clean()
        file = data.get("original")
        if isinstance(file, UploadedFile):
            try:
                self.stored, self.is_new = images.store(file, **{name: data.get(name, "") for name in WORDS})
            except images.PictureError as error:
                self.add_error("original", str(error))
        return data


@admin.register(Photo)
class PhotoAdmin(admin.ModelAdmin):
    """The photo library, shared by all who write."""

    form = PhotoForm
    list_display = ["preview", "caption", "credit", "progress", "uploaded_at", "uploaded_by"]
    list_display_links = ["preview", "caption"]
    list_select_related = ["uploaded_by"]
    list_per_page = 25
    show_full_result_count = False
    paginator = FewPages
    search_fields = ["caption", "credit"]

    @admin.display(description=_("photo"))
    def preview(self, photo):
        return images.picture(photo, "card", alt="", sizes="120px") or photo.get_progress_display()

    def has_module_permission(self, request):
        return request.user.is_authenticated and rights.may(request.user, "write")

    def has_view_permission(self, request, obj=None):
        return rights.may(request.user, "write")

    has_add_permission = has_change_permission = has_view_permission

    def has_delete_permission(self, request, obj=None):
        used = obj is not None and Figure.objects.filter(photo=obj).exists()
        return not used and rights.may(request.user, "publish")

    def save_model(self, request, obj, form, change):
        if not change:
            stored = form.stored
            stored.uploaded_by = stored.uploaded_by or request.user
            stored.focal_x, stored.focal_y = obj.focal_x, obj.focal_y
            stored.save(update_fields=["uploaded_by", "focal_x", "focal_y"])
            obj.pk = stored.pk
            return
        obj.save(update_fields=[*WORDS, "focal_x", "focal_y"])
        if {"focal_x", "focal_y"} & set(form.changed_data):
            images.ask_again([obj.pk])


@admin.register(Figure)
class AwaitedPictureAdmin(admin.ModelAdmin):
    """Captions that wait for their picture, for example after an import."""

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

    has_change_permission = has_view_permission
    has_add_permission = has_delete_permission = lambda self, request, obj=None: False
