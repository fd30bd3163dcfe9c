"""A scenario in the county's own terms: which units get more people, which become one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from linli.whatif.simulation.capacity import Post
from linli.whatif.simulation.scenario import Scenario, ScenarioError, Surge
from linli.whatif.simulation.stations import Stations


@dataclass(frozen=True)
class Plan:
    """`posts` as they would be, `into` where the cases of a merged unit go, `touched` all units
    that the scenario is about.
    """

    posts: Mapping[int, Post]
    into: Mapping[int, int]
    surges: Sequence[Surge]
    touched: frozenset[int]


def nothing(posts: Mapping[int, Post]) -> Plan:
    return Plan(posts, {}, (), frozenset())


def plan_for(scenario: Scenario, posts: Mapping[int, Post], stations: Stations) -> Plan:
    """Find the units that a scenario names. Raises ScenarioError where it does not fit."""
    steps = Counter(stations.unit.tolist())
    after, into, touched = dict(posts), dict[int, int](), set[int]()
    for change in scenario.staff:
        number = _one(change.unit, change.busiest, posts, steps)
        people = after[number].staff + change.add
        if people < 1:
            raise ScenarioError([f"{posts[number].key}: nobody would be left"])
        after[number] = replace(after[number], staff=people)
        touched.add(number)
    for merge in scenario.merge:
        numbers = [_one(code, None, posts, steps) for code in merge.units]
        numbers = numbers or _busiest(merge.busiest or "", posts, steps, merge.count)
        into |= dict.fromkeys(numbers[1:], numbers[0])
        people = sum(after[number].staff for number in numbers)
        after[numbers[0]] = replace(after[numbers[0]], staff=people)
        touched |= set(numbers)
    return Plan(after, into, scenario.surges, frozenset(touched))


def _one(code: str | None, kind: str | None, posts: Mapping[int, Post], steps: Counter[int]) -> int:
    if code is None:
        return _busiest(kind or "", posts, steps, 1)[0]
    found = next((number for number, post in posts.items() if post.key == code), None)
    if found is None:
        raise ScenarioError([f"there is no unit {code} that had a case in the past looked at"])
    return found


def _busiest(kind: str, posts: Mapping[int, Post], steps: Counter[int], count: int) -> list[int]:
    chosen = [number for number, post in posts.items() if post.kind == kind]
    if len(chosen) < count:
        raise ScenarioError([f"there are not {count} units of the kind {kind} with cases"])
    return sorted(chosen, key=lambda number: (-steps[number], posts[number].key))[:count]
