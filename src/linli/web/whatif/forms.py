"""What is to be tried: a draft with its span, or a scenario."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import yaml
from django import forms
from django.utils.translation import gettext_lazy as _

from linli.casework.models import ProcessDraft
from linli.flows.whatif.asking import SEED, ReplayWish, SimulationWish
from linli.organisations.models import UnitKind
from linli.web.administration.fields import UnitField
from linli.web.days import date_field
from linli.whatif.simulation.scenario import ready_scenarios

PUBLISHED = "published"
MOST = 400_000  # characters of a document
AREA = {"lang": "en", "rows": 16, "spellcheck": "false", "class": "code"}


class ReplayForm(forms.Form):
    """`which` is the id of a draft, or PUBLISHED; empty for the text below."""

    which = forms.ChoiceField(label=_("Process to try"), required=False)
    document = forms.CharField(
        label=_("A process as text"),
        max_length=MOST,
        required=False,
        widget=forms.Textarea(attrs=AREA),
        help_text=_("As YAML. It counts where “the text below” is chosen above."),
    )
    since = date_field(label=_("Cases reported from"))
    until = date_field(label=_("Until"))
    calendar = forms.CharField(
        label=_("Another calendar for the draft"),
        max_length=MOST,
        required=False,
        widget=forms.Textarea(attrs={**AREA, "rows": 6}),
        help_text=_("As YAML. Empty: the county's own calendar on both sides."),
    )
    seed = forms.IntegerField(
        label=_("Seed of the resampling"),
        min_value=0,
        max_value=2**31,
        initial=SEED,
        help_text=_("The same seed gives the same intervals."),
    )

    says_optional = False

    def __init__(self, *args: Any, drafts: Sequence[ProcessDraft] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._titles = {str(row.pk): row.title for row in drafts}
        field: Any = self.fields["which"]
        field.choices = [
            *(
                (key, _("Draft “%(title)s”") % {"title": title})
                for key, title in self._titles.items()
            ),
            (PUBLISHED, _("The published process: nothing may change")),
            ("", _("The text below")),
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "which" in given and not given["which"] and not given.get("document"):
            self.add_error("document", self.fields["document"].error_messages["required"])
        return given

    def wish(self, document: str) -> ReplayWish:
        values, which = self.cleaned_data, self.cleaned_data["which"]
        return ReplayWish(
            draft=document,
            since=values["since"],
            until=values["until"],
            seed=values["seed"],
            calendar=values["calendar"],
            name=self._titles.get(which, ""),
        )


class _ScenarioForm(forms.Form):
    """The part that all scenarios share."""

    days = forms.IntegerField(label=_("Number of days"), min_value=1, max_value=120, initial=30)
    replications = forms.IntegerField(
        label=_("Repetitions"), min_value=2, max_value=100, initial=20
    )
    seed = forms.IntegerField(label=_("Seed"), min_value=0, max_value=2**31, initial=SEED)
    ready = ""
    template = ""

    def document(self) -> dict[str, Any]:
        """The scenario as a document, with what was filled in."""
        return ready_scenarios()[self.ready].model_dump(mode="json")

    def wish(self, since: date) -> SimulationWish:
        values = self.cleaned_data
        return SimulationWish(
            scenario=yaml.safe_dump(self.document(), allow_unicode=True, sort_keys=False),
            since=since,
            days=values["days"],
            replications=values["replications"],
            seed=values["seed"],
        )


class StaffForm(_ScenarioForm):
    ready = "one_more_operator"
    unit = UnitField(label=_("Unit"), required=False,
                     help_text=_("None chosen: the busiest township platform."))  # fmt: skip
    add = forms.IntegerField(label=_("People more, or fewer"), min_value=-20, max_value=20,
                             initial=1)  # fmt: skip
    field_order = ("unit", "add")

    def __init__(self, *args: Any, units: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.offer(units)

    def clean_add(self) -> int:
        add: int = self.cleaned_data["add"]
        if not add:
            raise forms.ValidationError(_("Nobody more and nobody fewer changes nothing."))
        return add

    def document(self) -> dict[str, Any]:
        unit, add = self.cleaned_data["unit"], self.cleaned_data["add"]
        if not unit and add == 1:
            return super().document()
        where = {"unit": unit.code} if unit else {"busiest": UnitKind.TOWNSHIP_PLATFORM.value}
        zh = unit.name if unit else "最忙的乡镇综治中心"
        en = (unit.name_en or unit.name) if unit else "the busiest township platform"
        title = {
            "zh": f"{zh}{'增加' if add > 0 else '减少'}{abs(add)}人",
            "en": f"{abs(add)} {'more' if add > 0 else 'fewer'} at {en}",
        }
        return super().document() | {"title": title, "staff": [where | {"add": add}]}


class MergeForm(_ScenarioForm):
    ready = "two_units_merged"
    one = UnitField(label=_("This unit takes over"), required=False,
                    help_text=_("None chosen: the two busiest departments."))  # fmt: skip
    other = UnitField(label=_("The work of this unit"), required=False)
    field_order = ("one", "other")

    def __init__(self, *args: Any, units: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("one", "other"):
            field: Any = self.fields[name]
            field.offer(units)

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        one, other = values.get("one"), values.get("other")
        if bool(one) != bool(other) or (one and one == other):
            self.add_error("other", _("Choose two different units, or none."))
        return values

    def document(self) -> dict[str, Any]:
        one, other = self.cleaned_data["one"], self.cleaned_data["other"]
        if not one:
            return super().document()
        title = {
            "zh": f"{other.name}并入{one.name}",
            "en": f"{other.name_en or other.name} becomes part of {one.name_en or one.name}",
        }
        return super().document() | {"title": title, "merge": [{"units": [one.code, other.code]}]}


class StormForm(_ScenarioForm):
    ready = "storm_day"
    times = forms.FloatField(label=_("Times as many reports"), min_value=1.1, max_value=50,
                             initial=5)  # fmt: skip
    day = forms.IntegerField(label=_("On day"), min_value=1, max_value=120, initial=8)
    lasts = forms.IntegerField(label=_("For how many days"), min_value=1, max_value=30, initial=1)
    township = forms.ChoiceField(label=_("Township"), required=False)
    field_order = ("times", "day", "lasts", "township")

    def __init__(self, *args: Any, townships: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [(area.code, area.name) for area in townships]
        self.fields["township"].choices = [("", _("Whole county")), *places]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("day", 0) > values.get("days", 120):
            self.add_error("day", _("This day lies behind the last one that is simulated."))
        return values

    def document(self) -> dict[str, Any]:
        values = self.cleaned_data
        surge: dict[str, Any] = {name: values[name] for name in ("day", "times")}
        surge["days"] = values["lasts"]
        surge["townships"] = [values["township"]] if values["township"] else []
        times, lasts = f"{surge['times']:g}", surge["days"]
        title = {
            "zh": f"第{surge['day']}天起{lasts}天，上报量为平日{times}倍",
            "en": f"{times} times the reports for {lasts} day(s) from day {surge['day']} on",
        }
        return super().document() | {"title": title, "surges": [surge]}
