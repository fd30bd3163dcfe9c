"""The forms of a draft: how it begins, what it is called, why it is sent back, its text."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.casework.rules import SUMMARY_MAX, TITLE_MAX
from linli.processes.reading import MOST_BYTES

PUBLISHED, SHIPPED, FILE = "published", "shipped", "file"


class StartForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("What changes"),
        max_length=TITLE_MAX,
        help_text=gettext_lazy("In a few words: it names the draft, later the version."),
    )
    summary = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=SUMMARY_MAX,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Needed before somebody else can approve it."),
    )
    begin = forms.ChoiceField(
        label=gettext_lazy("It goes out from"),
        choices=[
            (PUBLISHED, gettext_lazy("the process as it is published now")),
            (SHIPPED, gettext_lazy("the definition that ships with this release")),
            (FILE, gettext_lazy("a YAML file")),
        ],
        initial=PUBLISHED,
        widget=forms.RadioSelect,
    )
    file = forms.FileField(label=gettext_lazy("YAML file"), required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("begin") == FILE:
            given["text"] = self._read(given.get("file"))
        return given

    def _read(self, file: Any) -> str:
        if file is None:
            self.add_error("file", _("Choose the file."))
            return ""
        if file.size > MOST_BYTES:
            limit = MOST_BYTES // 1000
            self.add_error("file", _("The file is larger than %(limit)d KB.") % {"limit": limit})
            return ""
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.add_error("file", _("The file is no text in UTF-8."))
            return ""


class WordsForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("What changes"), max_length=TITLE_MAX)
    summary = forms.CharField(
        label=gettext_lazy("Why"), max_length=SUMMARY_MAX, widget=forms.Textarea({"rows": 3})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("What has to change first"),
        max_length=400,
        widget=forms.Textarea({"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class TextForm(forms.Form):
    """The document as text. It is kept as it was typed, comments too."""

    document = forms.CharField(
        label=gettext_lazy("YAML"),
        max_length=MOST_BYTES,
        strip=False,
        widget=forms.Textarea({"rows": 30, "spellcheck": "false", "class": "code"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
