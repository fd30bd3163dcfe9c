"""Definitions that a county might write: the default one, changed at random, if it loads."""

import copy
import json
import random
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from linli.incidents.vocabulary import INCIDENT
from linli.processes import Definition
from linli.processes.loading import examine_document
from linli.processes.reading import read

from .support import TEXT

Document = dict[str, Any]
DURATIONS = ("1 hour", "36 hours", "1 working hour", "9 working hours", "1 working day", "12wd")
PERMISSIONS = ("incident.handle", "incident.dispatch", "incident.verify", "incident.close")


@lru_cache(maxsize=512)
def random_definition(seed: int) -> Definition:
    """The default definition after up to a dozen changes that it survived; 0 is the default."""
    chance = random.Random(seed)
    document = read(TEXT)
    for _ in range(chance.randint(1, 24) if seed else 0):
        changed = _copied(document)
        chance.choice(CHANGES)(changed, chance)
        if _loads(changed):
            document = changed
    found = examine_document(document, fixed=INCIDENT).definition
    assert found is not None
    return found


def _loads(document: Document) -> bool:
    return examine_document(document, fixed=INCIDENT).sound


def _copied(document: Document) -> Document:
    copied: Document = json.loads(json.dumps(document))  # several times as fast as deepcopy
    return copied


def _step(document: Document, chance: random.Random) -> Document:
    return document["transitions"][chance.choice(list(document["transitions"]))]


def _drop_step(document: Document, chance: random.Random) -> None:
    key = chance.choice(list(document["transitions"]))
    del document["transitions"][key]
    for step in document["transitions"].values():
        step.get("limits", {}).get("after", {}).pop(key, None)


def _drop_state(document: Document, chance: random.Random) -> None:
    name = chance.choice(list(document["states"]))
    del document["states"][name]
    steps = document["transitions"]
    for step in steps.values():
        step["from"] = [one for one in step["from"] if one != name]
    for key in [key for key, step in steps.items() if step.get("to") == name or not step["from"]]:
        if steps[key].get("kind") != "start":
            del steps[key]
    for clock in document["clocks"].values():
        for where in ("runs_in", "paused_in"):
            clock[where] = [one for one in clock.get(where, []) if one != name]


def _another_duration(document: Document, chance: random.Random) -> None:
    clock = document["clocks"][chance.choice(list(document["clocks"]))]
    if "by_severity" in clock:
        clock["by_severity"][chance.choice(list(clock["by_severity"]))] = chance.choice(DURATIONS)


def _another_calendar(document: Document, chance: random.Random) -> None:
    clock = document["clocks"][chance.choice(list(document["clocks"]))]
    clock["calendar"] = chance.choice(["county", "unit", "round_the_clock"])


def _another_limit(document: Document, chance: random.Random) -> None:
    limits = _step(document, chance).setdefault("limits", {})
    name = chance.choice(["times", "within", "wait", "per_case"])
    values = {"times": chance.randint(1, 3), "per_case": chance.random() < 0.5}
    limits[name] = values.get(name, chance.choice(DURATIONS))


def _another_source(document: Document, chance: random.Random) -> None:
    _step(document, chance)["from"].append(chance.choice(list(document["states"])))


def _another_target(document: Document, chance: random.Random) -> None:
    step = _step(document, chance)
    if "to" in step:
        step["to"] = chance.choice(list(document["states"]))


def _another_way(document: Document, chance: random.Random) -> None:
    by = {"permission": chance.choice(PERMISSIONS), "relation": []}
    if chance.random() < 0.7:
        by["relation"] = chance.sample(["platform", "county", "lead_unit", "not_handler"], 2)
    _step(document, chance)["by"].append(by)


def _new_step(document: Document, chance: random.Random) -> None:
    document["transitions"][f"added_{len(document['transitions'])}"] = copy.deepcopy(
        _step(document, chance)
    )


def _clock_elsewhere(document: Document, chance: random.Random) -> None:
    clock = document["clocks"][chance.choice(list(document["clocks"]))]
    clock[chance.choice(["runs_in", "paused_in"])] = chance.sample(
        list(document["states"]), chance.randint(1, 6)
    )


def _another_effect(document: Document, chance: random.Random) -> None:
    effects = ["unassign", "move_to_county", "move_to_township", "stop_clocks", "start_clocks"]
    _step(document, chance).setdefault("effects", []).append(chance.choice(effects))


def _field_required(document: Document, chance: random.Random) -> None:
    fields = _step(document, chance).get("fields", {})
    if fields:
        name = chance.choice(list(fields))
        fields[name] = not fields[name]


CHANGES: tuple[Callable[[Document, random.Random], None], ...] = (
    _drop_step,
    _drop_state,
    _another_duration,
    _another_calendar,
    _another_limit,
    _another_source,
    _another_target,
    _another_way,
    _new_step,
    _clock_elsewhere,
    _another_effect,
    _field_required,
)
