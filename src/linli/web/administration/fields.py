"""Fields that several forms of the administration share."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import Membership
from linli.incidents.lines import named
from linli.organisations.lists import area_lookup
from linli.organisations.models import Unit
from linli.territory.models import Area

NOBODY = [("", "—")]


class AreaField(forms.CharField):
    """An area by code or name; typed, since a county has thousands."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "help_text", _("Name or code, such as 茂山镇, 茂山镇甲甸村 or 530128101.")
        )
        kwargs.setdefault("max_length", 120)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = area_lookup().match(text)
        if not found:
            raise ValidationError(_("There is no area of this name or code."))
        if len(found) > 1:
            raise ValidationError(
                _("Several areas are called so: put the township before the name, or the code.")
            )
        return found[0]


class UnitField(forms.TypedChoiceField):
    """One of the county's units; `found` maps the value back to the unit."""

    def offer(self, units: Iterable[Unit]) -> None:
        found = {str(unit.pk): unit for unit in units}
        self.choices = [*NOBODY, *((key, named(unit)) for key, unit in found.items())]
        self.coerce = lambda value: found[str(value)]
        self.empty_value = None


class MemberField(forms.TypedChoiceField):
    """One of the people offered, by role and unit."""

    def offer(self, members: Iterable[Membership]) -> None:
        found = {str(row.pk): row for row in members}
        self.choices = [*NOBODY, *((key, member_words(row)) for key, row in found.items())]
        self.coerce = lambda value: found[str(value)]
        self.empty_value = None


def member_words(row: Membership) -> str:
    place = " · ".join(named(one) for one in (row.unit, row.area) if one)
    role = row.get_role_display()
    return f"{row.user} · {role} · {place}" if place else f"{row.user} · {role}"


def area_words(area: Area | None) -> str:
    """What the area field shows for a chosen area: its code is never ambiguous."""
    return area.code if area else ""
