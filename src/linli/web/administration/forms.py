"""Forms for units, staff, roles and assignments; the rules live in the domains."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.accounts.enums import Role
from linli.accounts.models import Membership
from linli.incidents.lines import named
from linli.organisations.actions import UnitFacts
from linli.organisations.models import Unit, UnitKind
from linli.organisations.queries import units
from linli.web.administration.fields import (
    AreaField,
    MemberField,
    UnitField,
    area_words,
)
from linli.web.days import date_field

TEL = {"type": "tel", "autocomplete": "off"}


class UnitFilter(forms.Form):
    says_optional = False

    q = forms.CharField(
        label=_("Name, pinyin, initials, code or phone"), required=False, max_length=60
    )
    area = forms.ChoiceField(label=_("Township"), required=False)

    def __init__(self, townships: list[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [(str(area.pk), named(area)) for area in townships]
        self.fields["area"].choices = [("", _("Whole county")), *places]  # type: ignore[attr-defined]


class UnitForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    code = forms.CharField(
        label=_("Unit code"),
        max_length=40,
        help_text=_("The code that the office's own lists use."),
    )
    kind = forms.ChoiceField(label=_("Type"), choices=UnitKind.choices)
    area = AreaField(label=_("Area of work"), required=False)
    duty_phone = forms.CharField(
        label=_("Duty phone"), max_length=40, required=False, widget=forms.TextInput(attrs=TEL)
    )
    parent = UnitField(label=_("Unit above"), required=False)
    deputy = UnitField(
        label=_("Deputy unit"),
        required=False,
        help_text=_("Takes over what this unit cannot take."),
    )
    function = forms.CharField(
        label=_("Trade"),
        max_length=40,
        required=False,
        help_text=_("By this word categories find their unit, e.g. water, transport, forestry."),
    )
    name_en = forms.CharField(label=_("Name in English"), max_length=160, required=False)
    active = forms.BooleanField(label=_("Takes matters"), required=False, initial=True)

    def __init__(self, *args: Any, unit: Unit | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _unit_values(unit) if unit else {})
        super().__init__(*args, **kwargs)
        others = list(units().exclude(pk=unit.pk) if unit else units())
        for name in ("parent", "deputy"):
            field: Any = self.fields[name]
            field.offer(others)

    def facts(self) -> UnitFacts:
        values = dict(self.cleaned_data)
        values["kind"] = UnitKind(values["kind"])
        return UnitFacts(**values)


class AccountForm(forms.Form):
    name = forms.CharField(label=_("Full name"), max_length=60)
    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        help_text=_("To sign in with. Letters and digits, e.g. the name in pinyin."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    email = forms.EmailField(label=_("E-mail"), required=False)


class AccountEditForm(forms.Form):
    name = forms.CharField(label=_("Full name"), max_length=60)
    email = forms.EmailField(label=_("E-mail"), required=False)


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=[("", "—"), *Role.choices])
    unit = UnitField(label=_("Unit"), required=False)
    area = AreaField(label=_("Area"), required=False)
    phone = forms.CharField(
        label=_("Work phone"), max_length=40, required=False, widget=forms.TextInput(attrs=TEL)
    )
    valid_from = date_field(label=_("From"))
    last_day = date_field(
        label=_("Last day"), required=False, help_text=_("Empty: until further notice.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"valid_from": timezone.localdate()})
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.offer(units())

    def values(self) -> dict[str, Any]:
        """Arguments of an action: the role's last day becomes the first day without it."""
        found = dict(self.cleaned_data)
        found["role"] = Role(found["role"])
        found["valid_to"] = after(found.pop("last_day"))
        return found


class EndForm(forms.Form):
    on = date_field(label=_("From which day on without this role"))
    successor = MemberField(
        label=_("Successor"),
        required=False,
        help_text=_("Takes over the areas and the open matters on that day."),
    )

    def __init__(self, members: list[Membership], *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": timezone.localdate()})
        super().__init__(*args, **kwargs)
        field: Any = self.fields["successor"]
        field.offer(members)


class LeaveForm(forms.Form):
    away_from = date_field(label=_("First day away"))
    away_to = date_field(label=_("Last day away"))
    stand_in = MemberField(
        label=_("Who stands in"),
        help_text=_(
            "Has the areas and open matters in this time. Everything returns after the last day."
        ),
    )

    def __init__(self, members: list[Membership], *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"away_from": timezone.localdate()})
        super().__init__(*args, **kwargs)
        field: Any = self.fields["stand_in"]
        field.offer(members)


class PhoneForm(forms.Form):
    phone = forms.CharField(label=_("Work phone"), max_length=40, required=False)


class WorkerForm(forms.Form):
    worker = MemberField(label=_("Grid worker"))
    valid_from = date_field(label=_("From"))
    last_day = date_field(
        label=_("Last day"), required=False, help_text=_("Empty: until further notice.")
    )

    def __init__(self, members: list[Membership], *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"valid_from": timezone.localdate()})
        super().__init__(*args, **kwargs)
        field: Any = self.fields["worker"]
        field.offer(members)


class ContactForm(forms.Form):
    contact_name = forms.CharField(label=_("Full name"), max_length=60)
    contact_phone = forms.CharField(
        label=_("Telephone"), max_length=40, required=False, widget=forms.TextInput(attrs=TEL)
    )


class StaffFilter(forms.Form):
    says_optional = False

    q = forms.CharField(label=_("Name, user name or phone"), required=False, max_length=60)
    role = forms.ChoiceField(
        label=_("Role"), required=False, choices=[("", _("All roles")), *Role.choices]
    )


class AreaFilter(forms.Form):
    says_optional = False

    q = forms.CharField(label=_("Grid or village: name, pinyin or code"), required=False)
    area = forms.ChoiceField(label=_("Township"), required=False)
    bare = forms.BooleanField(label=_("Only without own worker"), required=False)

    def __init__(self, townships: list[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [(str(area.pk), named(area)) for area in townships]
        self.fields["area"].choices = [("", _("Whole county")), *places]  # type: ignore[attr-defined]


class UploadForm(forms.Form):
    file = forms.FileField(label=_("List"), help_text=_("xlsx, xls or csv, at most 5 MB."))

    MAX_BYTES = 5_000_000

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > self.MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 5 MB."))
        return file


def after(last: date | None) -> date | None:
    return last + timedelta(days=1) if last else None


def _unit_values(unit: Unit) -> dict[str, Any]:
    names = ("name", "code", "kind", "duty_phone", "function", "name_en", "active")
    found = {name: getattr(unit, name) for name in names}
    found |= {"parent": unit.parent_id, "deputy": unit.deputy_id, "area": area_words(unit.area)}
    return found
