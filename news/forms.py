from django import forms
from django.utils.translation import gettext_lazy as _

from . import richtext
from .models import Comment


class CommentForm(forms.ModelForm):
    """A reader's comment. `website` is a honeypot: people do not see it."""

    website = forms.CharField(
        required=False, max_length=200, widget=forms.TextInput(attrs={"tabindex": "-1"})
    )

    class Meta:
        model = Comment
        fields = ["name", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 4, "maxlength": 1000})}
        error_messages = {
            "name": {"required": _("Please give a nickname.")},
            "text": {"required": _("Please write your comment.")},
        }

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
