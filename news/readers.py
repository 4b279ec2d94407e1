"""Readers' accounts: who they are, and in which browsers they are signed in.

There is no session outside of /admin/; the comment cookie carries a reader, as `ReaderBrowser` says.
"""

import re
import unicodedata
from datetime import timedelta

from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from .models import Reader, ReaderBrowser

SIGNED_IN = timedelta(days=365)
PHONE = re.compile(r"1[3-9][0-9]{9}|\+(?!86)[1-9][0-9]{6,14}")


class Taken(Exception):
    """Somebody else has this nickname or contact."""


def contact(typed: str) -> str:
    """A phone number or an e-mail address in its one spelling, or ValidationError.

    Mainland numbers have no country code: “+86 138 0013 8000” is 13800138000.
    """
    said = "".join(unicodedata.normalize("NFKC", typed).split()).lower()
    if "@" in said:
        validate_email(said)
        return said
    number = re.sub(r"^00", "+", re.sub(r"[-()]", "", said))
    number = re.sub(r"^\+86(?=1[3-9])", "", number)
    if not PHONE.fullmatch(number):
        raise ValidationError(_("Please give a phone number or an e-mail address."), code="contact")
    return number


def register(*, nickname: str, contact: str, password: str) -> Reader:
    reader = Reader(username=nickname, contact=contact)
    reader.set_password(password)
    try:
        with transaction.atomic():
            reader.save()
    except IntegrityError:
        raise Taken from None
    return reader


def named(who: str) -> QuerySet[Reader]:
    """The reader with this nickname or contact. By an index."""
    try:
        return Reader.objects.filter(contact=contact(who))
    except ValidationError:
        return Reader.objects.filter(username=who)


def authenticated(request: HttpRequest, who: str, password: str) -> Reader | None:
    """The reader with this nickname or contact, if the password is theirs.

    Who is unknown, disabled or on the staff takes as long as a wrong password, and counts as one for axes.
    """
    # No account's name begins with “?”.
    name = named(who).values_list("username", flat=True).first() or f"?{who}"
    user = authenticate(request, username=name, password=password)
    if user is None:
        return None
    user_logged_in.send(type(user), request=request, user=user)  # axes forgets the wrong tries
    return Reader.objects.get(pk=user.pk)


def sign_in(reader: Reader, browser: str) -> None:
    """Until a year has passed, the password changes or the reader signs out. `browser` is hashed."""
    ReaderBrowser.objects.filter(until__lt=timezone.now()).delete()
    mark, until = reader.get_session_auth_hash(), timezone.now() + SIGNED_IN
    ReaderBrowser.objects.create(browser=browser, reader=reader, password_mark=mark, until=until)


def signed_in(browser: str) -> Reader | None:
    """Whose browser it is. One query by key."""
    rows = ReaderBrowser.objects.filter(browser=browser, until__gt=timezone.now(), reader__is_active=True)
    row = rows.select_related("reader").first() if browser else None
    if row and constant_time_compare(row.password_mark, row.reader.get_session_auth_hash()):
        return row.reader
    return None


def sign_out(browser: str) -> None:
    ReaderBrowser.objects.filter(browser=browser).delete()


def change_password(reader: Reader, password: str) -> None:
    """Signs the reader out everywhere."""
    reader.set_password(password)
    reader.save(update_fields=["password"])
    reader.browsers.all().delete()


def delete(reader: Reader) -> None:
    """Forget the account and its contact. Comments stay, under the nickname."""
    reader.delete()
