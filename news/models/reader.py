from django.contrib.auth.models import UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from counties.models import User


class ReaderManager(UserManager):
    use_in_migrations = False

    def get_queryset(self):
        return super().get_queryset().filter(contact__isnull=False)


class Reader(User):
    """An account that may comment where COMMENTS_REQUIRE_LOGIN is on; the nickname is its `username`.

    It has a contact and no rights, and its password opens nothing below /admin/.
    """

    objects = ReaderManager()

    class Meta:
        proxy = True
        verbose_name = _("reader")
        verbose_name_plural = _("readers")

    @property
    def nickname(self) -> str:
        return self.username


class ReaderBrowser(models.Model):
    """A browser in which a reader is signed in; without a row nobody is. What a session is for the staff."""

    browser = models.CharField(max_length=64, primary_key=True, help_text="Hash of the comment cookie.")
    reader = models.ForeignKey(Reader, models.CASCADE, related_name="browsers")
    password_mark = models.CharField(max_length=64, help_text="A changed password ends the row.")
    until = models.DateTimeField(db_index=True)

    def __str__(self):
        return f"{self.reader_id} · {self.until:%Y-%m-%d}"
