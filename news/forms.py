from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from . import readers, richtext
from .models import Comment, Reader


class CommentForm(forms.ModelForm):
    """A reader's comment. `website` is a honeypot: people do not see it. `work` is a solved challenge.

    With accounts the name is theirs, and the form has none.
    """

    website = forms.CharField(
        required=False, max_length=200, widget=forms.TextInput(attrs={"tabindex": "-1"})
    )
    work = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)

    class Meta:
        model = Comment
        fields = ["name", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 4, "maxlength": 1000})}
        error_messages = {
            "name": {"required": _("Please give a nickname.")},
            "text": {"required": _("Please write your comment.")},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if settings.COMMENTS_REQUIRE_LOGIN:
            del self.fields["name"]

    def validate_constraints(self):
        """They are about what no form sets, and would ask the database."""

    def clean_name(self):
        return self._said("name", " ")

    def clean_text(self):
        return self._said("text", "\n")

    def _said(self, field, join):
        """The text without control characters and without runs of empty lines."""
        lines = [line.strip() for line in richtext.without_control(self.cleaned_data[field]).split("\n")]
        said = join.join(line for line in lines if line)
        if not said:
            raise forms.ValidationError(self.fields[field].error_messages["required"], code="required")
        return said


class PasswordField(forms.CharField):
    """Long enough for any pass phrase, too short to keep the hasher busy."""

    def __init__(self, label, autocomplete="current-password"):
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        super().__init__(label=label, max_length=128, strip=False, widget=widget)


class SignInForm(forms.Form):
    who = forms.CharField(
        label=_("Nickname, phone number or e-mail address"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = PasswordField(_("Password"))


class RegisterForm(forms.Form):
    nickname = forms.RegexField(
        # Neither a phone number nor an e-mail address, as one signs in with those too.
        r"^(?!\d+$)[\w·-]{2,20}$",
        label=_("Nickname"),
        max_length=20,
        error_messages={"invalid": _("2 to 20 letters, digits or hyphens, but not digits alone.")},
        help_text=_("Stands above your comments."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    contact = forms.CharField(
        label=_("Phone number or e-mail address"),
        max_length=254,
        help_text=_("The law asks us to know who comments. It is never shown."),
        widget=forms.TextInput(attrs={"autocapitalize": "none"}),
    )
    password = PasswordField(_("Password"), autocomplete="new-password")

    def clean_contact(self):
        return readers.contact(self.cleaned_data["contact"])

    def clean_password(self):
        typed = self.cleaned_data
        person = Reader(username=typed.get("nickname", ""), email=typed.get("contact", ""))
        validate_password(typed["password"], person)
        return typed["password"]


class OwnPasswordForm(forms.Form):
    """Proves that the account's owner asks."""

    password = PasswordField(_("Current password"))

    def __init__(self, reader, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.reader = reader

    def clean_password(self):
        if not self.reader.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError(_("This is not your password."), code="password")
        return self.cleaned_data["password"]


class NewPasswordForm(OwnPasswordForm):
    new = PasswordField(_("New password"), autocomplete="new-password")

    def clean_new(self):
        validate_password(self.cleaned_data["new"], self.reader)
        return self.cleaned_data["new"]
