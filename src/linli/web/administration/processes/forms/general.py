"""What the process is called, its severities, and two numbers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.web.administration.processes.forms.base import Group, Part, PartForm, Setting


class GeneralForm(PartForm):
    sampling = forms.DecimalField(
        label=_("Share drawn for sampled checks, in percent"),
        min_value=0,
        max_value=100,
        decimal_places=2,
        help_text=_("Of the matters that were settled on the spot."),
    )
    review_days = forms.IntegerField(
        label=_("Days ahead of a review date at most"), min_value=1, max_value=3650
    )

    field_of = {"sampling_rate": "sampling", "longest_review_days": "review_days"}

    def prepare(self, setting: Setting) -> None:
        names: list[str] = []
        for key, text in setting.definition.severities.items():
            for language, label in (
                ("zh", _("%(name)s, in Chinese")),
                ("en", _("%(name)s, in English")),
            ):
                name = f"{language}_{key}"
                words = label % {"name": text.zh if language == "zh" else text.en}
                self.fields[name] = forms.CharField(label=words, max_length=200)
                self.initial[name] = getattr(text, language)
                names.append(name)
        self.groups = (
            Group(_("Name of the process"), ("zh", "en")),
            Group(_("Numbers"), ("sampling", "review_days")),
            Group(
                _("Severities"),
                tuple(names),
                help=_("The severities themselves are fixed; their names are yours."),
            ),
        )

    def read(self, part: Part) -> dict[str, Any]:
        title = part.get("title") or {}
        return {
            "zh": title.get("zh"),
            "en": title.get("en"),
            "sampling": round(float(part.get("sampling_rate", 0)) * 100, 2),
            "review_days": part.get("longest_review_days", 180),
        }

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        severities = {
            key: {"zh": given[f"zh_{key}"], "en": given[f"en_{key}"]}
            for key in self.setting.definition.severities
        }
        return {
            "title": self.label(),
            "sampling_rate": float(given["sampling"]) / 100,
            "longest_review_days": given["review_days"],
            "severities": severities,
        }
