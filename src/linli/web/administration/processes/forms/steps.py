"""A step: its names, from where to where, who may take it, what it asks for, limits, effects."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.flows.processes import FIXED
from linli.processes.labels import EFFECTS, FIELDS, PLATFORMS, RELATIONS, STEP_KINDS
from linli.processes.vocabulary import Effect, Field, Platform, Relation, TransitionKind
from linli.web.account.rights import WORDS
from linli.web.administration.processes.fields import NONE, BoxesField, DurationField
from linli.web.administration.processes.forms.base import Group, Part, PartForm, RowForm, Setting
from linli.web.administration.processes.naming import ANSWERS
from linli.web.incidents.words import language

OPTIONAL, REQUIRED = "optional", "required"
ASKED = [("", _("not asked for")), (OPTIONAL, _("optional")), (REQUIRED, _("required"))]
NEW_KINDS = (TransitionKind.MOVE, TransitionKind.NOTE, TransitionKind.VERIFICATION,
             TransitionKind.REOPENING, TransitionKind.ARCHIVING, TransitionKind.SAMPLE)  # fmt: skip


def _labelled(table: Mapping[Any, Any], keys: Any) -> list[tuple[str, str]]:
    return [(one.value, table[one].in_language(language())) for one in keys]


class ByForm(RowForm):
    permission = forms.ChoiceField(label=_("Right"), required=False)
    relation = BoxesField(label=_("And only as"), required=False)

    def __init__(self, *args: Any, verifies: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = FIXED["incident"].permissions
        rights = [(one.value, words) for one, words in WORDS.items() if one.value in known]
        strange = [
            (one, one) for one in [self.initial.get("permission")] if one and one not in known
        ]
        field: Any = self.fields["permission"]
        field.choices = [("", "—"), *rights, *strange]
        boxes: Any = self.fields["relation"]
        offered = [one for one in Relation if not verifies or one is not Relation.NOT_HANDLER]
        boxes.offer(_labelled(RELATIONS, offered), self._relations(verifies=verifies))

    def _relations(self, *, verifies: bool) -> list[str]:
        """Of a verification, `not_handler` is fixed and not shown."""
        given = self.initial.get("relation") or ()
        return [one for one in given if not verifies or one != Relation.NOT_HANDLER.value]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("relation") and not given.get("permission"):
            self.add_error("permission", _("Choose the right."))
        return given


class AfterForm(RowForm):
    step = forms.ChoiceField(label=_("Step"), required=False)
    at_least = forms.IntegerField(label=_("At least so often"), min_value=0, required=False)
    at_most = forms.IntegerField(label=_("At most so often"), min_value=0, required=False)

    def __init__(self, *args: Any, steps: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["step"]
        field.choices = [("", "—"), *steps]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        numbers = (given.get("at_least"), given.get("at_most"))
        if given.get("step") and numbers == (None, None) and not self.errors:
            self.add_error("at_least", _("Say how often."))
        return given

    def empty(self) -> bool:
        return not self.cleaned_data.get("step")


class StepForm(PartForm):
    kind = forms.ChoiceField(label=_("Kind"))
    sources = BoxesField(label=_("From the states"), required=False)
    to = forms.ChoiceField(label=_("Leads to"), required=False)
    held_by = forms.ChoiceField(label=_("Only while it is held by"), required=False)
    primary = forms.BooleanField(
        label=_("First button"), required=False, help_text=_("The one that stands out on the page.")
    )
    times = forms.IntegerField(
        label=_("How often at most"), min_value=1, max_value=99, required=False
    )
    per_case = forms.BooleanField(
        label=_("Counted over the whole case, not since it was last reopened"), required=False
    )
    within = DurationField(label=_("Within this time of entering the state"), required=False)
    wait = DurationField(label=_("Only after this time in the state"), required=False)
    before_due = forms.ChoiceField(label=_("Before this deadline passes"), required=False)
    barred_severities = BoxesField(label=_("Not for"), required=False)
    handles = forms.BooleanField(
        label=_("Counts as handling"),
        required=False,
        help_text=_("Whoever takes it, and their unit, cannot verify the matter any more."),
    )
    effects = BoxesField(label=_("Effects"), required=False)
    resets = BoxesField(label=_("Deadlines that start anew"), required=False)

    field_of = {"from": "sources", "limits": "times"}
    row_forms = {"by": ByForm, "after": AfterForm}

    def row_options(self, name: str) -> dict[str, Any]:
        if name == "after":
            return {"steps": self.setting.steps()}
        return {"verifies": "by.not_handler" in self.setting.fixed()}

    def prepare(self, setting: Setting) -> None:
        self._offer(setting)
        asked = tuple(self._ask(setting))
        answers = tuple(self._answers(setting))
        fixed = setting.fixed().get("by.not_handler", "")
        self.groups = (
            Group(_("Name"), ("zh", "en", "kind", "primary")),
            Group(_("From where to where"), ("sources", "to", "held_by")),
            Group(_("Who may take it"), rows="by", help=fixed or _("Any one of these is enough.")),
            Group(_("What it asks for"), asked),
            Group(_("Answers"), answers, help=_("Nothing chosen: all of them.")),
            Group(
                _("Limits"),
                ("times", "per_case", "within", "wait", "before_due", "barred_severities"),
            ),
            Group(
                _("How often other steps came before"),
                rows="after",
                help=_("At most 0 means: not after that step. At least 1: only after it."),
            ),
            Group(_("What it causes"), ("effects", "handles", "resets")),
        )

    def _offer(self, setting: Setting) -> None:
        kinds = list(TransitionKind) if setting.name else NEW_KINDS
        self._choose("kind", _labelled(STEP_KINDS, kinds))
        self._choose("to", NONE + setting.states())
        self._choose("held_by", NONE + _labelled(PLATFORMS, Platform))
        self._choose("before_due", NONE + setting.clocks())
        part = setting.part
        offers = {
            "sources": (setting.states(), part.get("from")),
            "barred_severities": (setting.severities(), part.get("barred_severities")),
            "effects": (_labelled(EFFECTS, Effect), part.get("effects")),
            "resets": (setting.clocks(), part.get("resets")),
        }
        for name, (choices, chosen) in offers.items():
            boxes: Any = self.fields[name]
            boxes.offer(choices, chosen)

    def _choose(self, name: str, choices: Any) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def _ask(self, setting: Setting) -> list[str]:
        given, names = setting.part.get("fields") or {}, []
        for one in Field:
            name = f"ask_{one.value}"
            label = FIELDS[one].in_language(language())
            self.fields[name] = forms.ChoiceField(label=label, choices=ASKED, required=False)
            if one.value in given:
                self.initial[name] = REQUIRED if given[one.value] else OPTIONAL
            names.append(name)
        for name, reason in setting.fixed().items():
            field = self.fields.get(f"ask_{name.removeprefix('fields.')}")
            if field is not None and name.startswith("fields."):
                field.disabled, field.help_text = True, reason
        return names

    def _answers(self, setting: Setting) -> list[str]:
        given, names = setting.part.get("choices") or {}, []
        for one, answers in ANSWERS.items():
            name = f"answers_{one.value}"
            label = FIELDS[one].in_language(language())
            field = BoxesField(label=label, required=False)
            field.offer(list(answers.choices), given.get(one.value))
            self.fields[name] = field
            self.initial[name] = given.get(one.value)
            names.append(name)
        return names

    def read(self, part: Part) -> dict[str, Any]:
        limits = part.get("limits") or {}
        kind = part.get("kind", TransitionKind.MOVE.value)
        names = ("to", "held_by", "primary", "barred_severities", "handles", "effects", "resets")
        found = {name: part.get(name) for name in names}
        found |= {name: limits.get(name) for name in ("times", "per_case", "within", "wait")}
        found |= {"kind": kind, "sources": part.get("from"), "before_due": limits.get("before_due")}
        return super().read(part) | found

    def read_rows(self, name: str, part: Part) -> list[dict[str, Any]]:
        if name == "by":
            return [dict(by) for by in part.get("by") or ()]
        after = (part.get("limits") or {}).get("after") or {}
        return [
            {"step": key, "at_least": times.get("min"), "at_most": times.get("max")}
            for key, times in after.items()
        ]

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        kind = given["kind"]
        return {
            "label": self.label(),
            "kind": None if kind == TransitionKind.MOVE.value else kind,
            "from": given["sources"],
            "to": given["to"],
            "by": [_by(row) for row in self.filled("by")],
            "fields": self._fields(),
            "choices": self._choices(),
            "limits": self._limits(),
            "barred_severities": given["barred_severities"],
            "held_by": given["held_by"],
            "handles": given["handles"],
            "effects": given["effects"],
            "resets": given["resets"],
            "primary": given["primary"],
        }

    def _fields(self) -> dict[str, bool]:
        """In the order of the document, new ones after them."""
        given = self.cleaned_data
        asked = {one.value: given.get(f"ask_{one.value}") for one in Field}
        before = list(self.setting.part.get("fields") or {})
        order = [*before, *(name for name in asked if name not in before)]
        return {name: asked[name] == REQUIRED for name in order if asked.get(name)}

    def _choices(self) -> dict[str, list[str]]:
        """Answers of fields that are asked for; those that the form does not show stay."""
        shown = {one.value: self.cleaned_data[f"answers_{one.value}"] for one in ANSWERS}
        found = {**(self.setting.part.get("choices") or {}), **shown}
        asked = self._fields()
        return {name: answers for name, answers in found.items() if answers and name in asked}

    def _limits(self) -> dict[str, Any]:
        given = self.cleaned_data
        after = {row["step"]: _times(row) for row in self.filled("after")}
        names = ("times", "per_case", "within", "wait", "before_due")
        found = {name: given[name] for name in names} | {"after": after}
        return {name: value for name, value in found.items() if value}


def _by(row: dict[str, Any]) -> Part:
    found: Part = {"permission": row["permission"]}
    return found | ({"relation": row["relation"]} if row["relation"] else {})


def _times(row: dict[str, Any]) -> Part:
    found = {"min": row["at_least"] or None, "max": row["at_most"]}
    return {name: number for name, number in found.items() if number is not None}
