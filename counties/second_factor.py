"""The second factor of signing in: codes of an app on the phone (TOTP), and ten recovery codes on paper."""

from base64 import b32encode
from datetime import timedelta
from math import ceil

import segno
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_otp import verify_token
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from . import rights
from .models import User

RECOVERY_CODES = 10
FRESH = timedelta(minutes=15)  # so long after signing in, the password is not asked for again


def device_of(user: User) -> TOTPDevice | None:
    """The app that the user has confirmed."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def is_required(user: User) -> bool:
    """Chief editors and superusers, where STAFF_MFA is on. No query beyond what rights ask anyway."""
    return settings.STAFF_MFA and (user.is_superuser or rights.may(user, "masthead"))


def offered(user: User) -> TOTPDevice:
    """A device to be confirmed. It stays the same until then, so that a scanned picture stays right."""
    waiting = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    return waiting or TOTPDevice.objects.create(user=user, confirmed=False, name="app")


def qr(device: TOTPDevice) -> SafeString:
    picture = segno.make(device.config_url, error="m")
    return mark_safe(picture.svg_inline(border=3, svgclass="qr", lineclass=None, light="#fff", omitsize=True))


def secret_of(device: TOTPDevice) -> str:
    """The secret for typing it in, in groups of four."""
    secret = b32encode(device.bin_key).decode()
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def check(user: User, code: str, device: TOTPDevice | None = None) -> None:
    """Use up a code of the app (of `device`, else the confirmed one) or a recovery code. Raise
    ValidationError if it is wrong, was used, or comes too soon after wrong ones."""
    device = device or device_of(user)
    if not (code.isdigit() and len(code) == 6) and device and device.confirmed:
        device = StaticDevice.objects.filter(user=user).first()
    if device is None:
        raise ValidationError(_("This code is wrong."))
    _wait(device)
    if not verify_token(user, device.persistent_id, code):
        raise ValidationError(_("This code is wrong or already used. Enter the next one."))


def _wait(device):
    allowed, why = device.verify_is_allowed()
    if not allowed:
        wait = max(1, ceil((why["locked_until"] - timezone.now()).total_seconds()))
        raise ValidationError(
            ngettext(
                "Too many wrong codes. Try again in %(wait)d second.",
                "Too many wrong codes. Try again in %(wait)d seconds.",
                wait,
            )
            % {"wait": wait}
        )


@transaction.atomic
def switch_on(device: TOTPDevice) -> list[str]:
    """Make the device, whose code was checked, the one that counts. Returns the recovery codes."""
    TOTPDevice.objects.filter(user=device.user).exclude(pk=device.pk).delete()
    TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
    return new_recovery_codes(device.user)


@transaction.atomic
def new_recovery_codes(user: User) -> list[str]:
    """Ten codes that replace those of before. They can be read only now."""
    StaticDevice.objects.filter(user=user).delete()
    box = StaticDevice.objects.create(user=user, name="recovery codes")
    codes = [StaticToken.random_token() for _number in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=box, token=code) for code in codes)
    return [f"{code[:4]}-{code[4:]}" for code in codes]


def recovery_codes_left(user: User) -> int:
    return StaticToken.objects.filter(device__user=user).count()


@transaction.atomic
def switch_off(user: User) -> None:
    """Also what an administrator does for somebody who lost the phone and the paper."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


class CodeForm(forms.Form):
    """Asks for a code, and for the password too if `password` is true. A valid form has used the code up."""

    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "off", "size": 12}),
    )

    def __init__(self, user: User, data=None, *, device=None, password=False, **kwargs):
        super().__init__(data, **kwargs)
        self.user, self.device = user, device
        if not password:
            del self.fields["password"]

    def clean_code(self):
        return "".join(self.cleaned_data["code"].split()).replace("-", "").lower()

    def clean(self):
        given = super().clean()
        if "password" in given and not self.user.check_password(given["password"]):
            self.add_error("password", _("The password is wrong."))
        if not self.errors:
            try:
                check(self.user, given["code"], self.device)
            except ValidationError as error:
                self.add_error("code", error)
        return given
