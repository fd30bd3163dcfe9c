"""Files of a form: several at once, and those of a form that comes back need no second choosing."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from linli.attachments.models import Attachment
from linli.attachments.queries import waiting
from linli.attachments.rules import Refused
from linli.audit.actions import Author
from linli.incidents.rules import Invalid
from linli.processes.vocabulary import Field
from linli.web.http import StaffRequest
from linli.web.incidents.uploads import taken_in
from linli.web.incidents.words import error_at

ACCEPTED = "image/jpeg,image/png,image/webp,audio/*,video/mp4,video/webm,.pdf,.docx"
FILES_AT_ONCE = 9


class FilesInput(forms.FileInput):
    """Hands over all the files chosen, after the ids of those that were taken in before."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"multiple": True, **(attrs or {})})
        self.kept: list[Attachment] = []

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        ids = data.getlist(_kept(name)) if hasattr(data, "getlist") else []
        chosen = files.getlist(name) if hasattr(files, "getlist") else []
        return [*filter(None, map(_as_id, ids)), *chosen]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not self.value_from_datadict(data, files, name)

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        context = {"name": _kept(name), "files": self.kept}
        kept = render_to_string("components/kept_files.html", context) if self.kept else ""
        return mark_safe(kept + super().render(name, value, attrs, renderer))  # noqa: S308 -- both are rendered


class FilesField(forms.FileField):
    """Several files; the value is a list. What they hold is judged when they are taken in."""

    widget = FilesInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", FilesInput(attrs={"accept": ACCEPTED}))
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        given: list[UploadedFile[Any] | UUID] = [one for one in data or [] if one]
        if not given:
            super().clean(None, initial)
            return []
        if len(given) > FILES_AT_ONCE:
            words = _("%(limit)d files at most: the first ones are kept, the others are not.")
            raise forms.ValidationError(words % {"limit": FILES_AT_ONCE})
        return [
            one if isinstance(one, UUID) else super(FilesField, self).clean(one, initial)
            for one in given
        ]


def take_in_all(files: list[Any], *, by: Author) -> list[UUID]:
    """Clean and keep each file; raises `attachments.rules.Refused` at the first bad one.

    Ids are of files that the form kept; raises Invalid where one is nobody's or somebody else's.
    """
    ids = [one for one in files if isinstance(one, UUID)]
    if len(waiting(ids, by=by)) != len(set(ids)):
        raise Invalid(Field.EVIDENCE, "attachment_unknown")
    return [one if isinstance(one, UUID) else taken_in(one, by=by) for one in files]


def keep_files(request: StaffRequest, form: forms.Form) -> None:
    """Before a form comes back: keep its files, so that nobody has to choose them again.

    What cannot be kept is said, whatever else the form comes back for: sent again, it is missing.
    """
    by = request.actor
    form.is_valid()  # checked before anything is added to its errors
    for name, field in form.fields.items():
        widget = field.widget
        if isinstance(widget, FilesInput):
            given = widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
            ids: list[UUID] = []
            for one in given[:FILES_AT_ONCE]:
                try:
                    ids.append(one if isinstance(one, UUID) else taken_in(one, by=by))
                except Refused as refused:
                    words = {"name": one.name, "value": error_at(refused)[1]}
                    form.add_error(name, _("%(name)s: %(value)s") % words)
            widget.kept = waiting(ids, by=by)
            request.keeps_uploads = bool(widget.kept)


def _kept(name: str) -> str:
    return f"{name}_kept"


def _as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
