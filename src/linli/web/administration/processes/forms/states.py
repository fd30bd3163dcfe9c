"""A state: its names, who acts, its deadline and ladder, its place in the picture."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from linli.incidents.enums import State
from linli.processes.editing import Change, Revise, siblings
from linli.processes.faults import Place
from linli.processes.labels import OWNERS, STATE_KINDS
from linli.processes.vocabulary import Owner, StateKind
from linli.web.administration.processes.fields import NONE, BoxesField
from linli.web.administration.processes.forms.base import Group, Part, PartForm, Setting
from linli.web.incidents.words import labels, language

UNFINISHED = (StateKind.OPEN, StateKind.PAUSED)


def _anywhere(setting: Setting) -> Iterator[str]:
    """Steps that may be taken in every open state, such as to urge: in a new one as well."""
    states = setting.definition.states
    opened = {key for key, state in states.items() if state.kind is not StateKind.FINAL}
    for key, step in setting.definition.transitions.items():
        if opened <= set(step.sources):
            yield key


def _usual(state: State, language_: str) -> str:
    with override({"zh": "zh-hans"}.get(language_, language_)):
        return str(state.label)


class StateForm(PartForm):
    kind = forms.CharField(label=_("Kind"), required=False)
    which = forms.ChoiceField(label=_("State"))
    owner = forms.ChoiceField(label=_("Who acts"), required=False)
    clock = forms.ChoiceField(label=_("Deadline"), required=False)
    ladder = forms.ChoiceField(
        label=_("Escalation"),
        required=False,
        help_text=_("Who is told as the deadline comes near and passes."),
    )
    column = forms.IntegerField(
        label=_("Column in the picture"), min_value=1, max_value=30, required=False
    )
    row = forms.IntegerField(
        label=_("Row in the picture"), min_value=1, max_value=30, required=False
    )

    steps = BoxesField(
        label=_("Steps that may be taken here"),
        required=False,
        help_text=_("Which step leads here is said by that step."),
    )

    groups = (
        Group(_("Name"), ("which", "zh", "en", "kind")),
        Group(_("While a matter rests here"), ("owner", "clock", "ladder", "steps")),
        Group(
            _("Place in the picture"),
            ("column", "row"),
            help=_("Steps between neighbours are drawn as arrows, all others as words."),
        ),
    )

    def prepare(self, setting: Setting) -> None:
        choose = self._choices
        owners = [(one.value, OWNERS[one].in_language(language())) for one in Owner]
        choose("owner", owners)
        choose("clock", NONE + setting.clocks())
        choose("ladder", NONE + setting.ladders())
        there = setting.definition.states
        left = [key for key in setting.vocabulary.states if key not in there]
        choose("which", [(key, labels("state").get(key, key)) for key in left])
        if setting.name:
            del self.fields["which"], self.fields["steps"]
            return
        boxes: Any = self.fields["steps"]
        boxes.offer(setting.steps(), ())
        self.initial["steps"] = list(_anywhere(setting))
        kinds = [(one.value, STATE_KINDS[one].in_language(language())) for one in UNFINISHED]
        self.fields["kind"] = forms.ChoiceField(
            label=_("Kind"),
            choices=kinds,
            help_text=_("Where the state ends a matter, that is settled and this does not count."),
        )
        self.initial["kind"] = StateKind.OPEN.value
        for name in ("zh", "en"):
            self.fields[name].required = False
            self.fields[name].help_text = _("Where it is left empty, the usual name.")

    def _choices(self, name: str, choices: Any) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def read(self, part: Part) -> dict[str, Any]:
        at = part.get("at") or [None, None]
        kind = StateKind(part.get("kind", StateKind.OPEN))
        return super().read(part) | {
            "kind": STATE_KINDS[kind].in_language(language()),
            "owner": part.get("owner", Owner.NOBODY.value),
            "clock": part.get("clock"),
            "ladder": part.get("ladder"),
            "column": None if at[0] is None else at[0] + 1,
            "row": None if at[1] is None else at[1] + 1,
        }

    def changes(self) -> list[Change]:
        """The state, and the steps that may be taken in it."""
        steps = self.setting.definition.transitions
        return super().changes() + [
            Revise(("transitions", key), {"from": [*steps[key].sources, self.place()[1]]})
            for key in self.cleaned_data.get("steps", ())
        ]

    def place(self) -> Place:
        return ("states", self.setting.name or self.cleaned_data["which"])

    def label(self) -> dict[str, str]:
        """A state that is taken in brings its usual names along."""
        if self.setting.name:
            return super().label()
        given, state = self.cleaned_data, State(self.place()[1])
        return {name: given[name] or _usual(state, name) for name in ("zh", "en")}

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        owner = given["owner"]
        cell = (given["column"], given["row"])
        found = {
            "label": self.label(),
            "owner": None if owner == Owner.NOBODY.value else owner,
            "clock": given["clock"],
            "ladder": given["ladder"],
            "at": [cell[0] - 1, cell[1] - 1] if all(cell) else None,
        }
        key = self.place()[1]
        if key not in siblings(self.setting.document, "states"):
            final = self.setting.vocabulary.states.get(key)
            found["kind"] = StateKind.FINAL.value if final else given["kind"]
        return found
