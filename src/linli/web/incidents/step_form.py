"""The one form of all steps, built from the process definition."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from linli.incidents.detail import find
from linli.processes.vocabulary import Field
from linli.web.http import StaffRequest
from linli.web.incidents.places import AREA, place_of_form, said
from linli.web.incidents.step_fields import NEAR, Asked, fields_of
from linli.web.late import AT, WHY, check_late, late_fields

NOT_FOUND = "00000000-0000-0000-0000-000000000000"


class StepForm(forms.Form):
    """`fields_for_step()` gives what the action reads; `refuse()` puts its answer at a field."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, asked: Asked, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, initial={"version": asked.found.incident.version})
        self.asked = asked
        self.fields.update(fields_of(asked))
        if asked.late:
            self.fields.update(late_fields())

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if self.asked.late:
            check_late(self)
        if given.get(NEAR) and given.get(Field.DUPLICATE_OF):
            self.add_error(NEAR, _("Choose one of these or give a number, not both."))
        return given

    @property
    def happened(self) -> dict[str, Any]:
        """When it was done and why that is recorded only now, as the action takes it."""
        given = self.cleaned_data
        return {"at": given.get(AT), "late": given.get(WHY, "")} if self.asked.late else {}

    @property
    def has_map(self) -> bool:
        return AREA in self.fields

    @property
    def place_said(self) -> str:
        return said(self) if self.has_map else ""

    @property
    def has_files(self) -> bool:
        return str(Field.EVIDENCE) in self.fields

    def fields_for_step(self, request: StaffRequest) -> dict[str, Any]:
        """Values by the names of the process; evidence as files until they are taken in."""
        cleaned = self.cleaned_data
        names = [str(name) for name in self.asked.step.fields if str(name) in cleaned]
        values = {name: cleaned[name] for name in names if cleaned[name] not in ("", None, [])}
        if Field.PLACE in self.asked.step.fields and (place := place_of_form(cleaned)):
            values["place"] = place
        if number := cleaned.get(NEAR) or values.get(Field.DUPLICATE_OF):
            other = find(request.actor, number.strip())
            values["duplicate_of"] = str(other.pk) if other else NOT_FOUND
        return values

    def refuse(self, field: str | None, words: str) -> None:
        """Show a refusal at the field it is about, or above the form."""
        at = {"place": AREA, "at": AT, **{name: name for name in self.fields}}.get(field or "")
        self.add_error(at, words)

    def renewed(self, asked: Asked) -> "StepForm":
        """The same answers on a newer version of the case."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["version"] = str(asked.found.incident.version)
        return StepForm(asked, data, self.files)

    def typed(self) -> list[tuple[str, str]]:
        """What was written, for when the step itself is no longer possible."""
        return [
            (str(bound.label), str(bound.value()))
            for bound in self
            if isinstance(bound.field.widget, forms.Textarea | forms.TextInput)
            and not bound.is_hidden
            and bound.value()
        ]
