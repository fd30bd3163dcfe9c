"""Levels and kinds of divisions. Plain values, since the rules may not know Django."""

from enum import StrEnum

from linli.lib.errors import gettext_noop


class DivisionLevel(StrEnum):
    """What an official code's length says; the tables keep it as a number."""

    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"
    GRID = "grid"


class DivisionKind(StrEnum):
    """What the segment of an official code says that a township or a village is."""

    SUB_DISTRICT = "sub_district"
    TOWN = "town"
    TOWNSHIP = "township"
    ENTERPRISE_RUN = "enterprise_run"
    RESIDENTS_COMMITTEE = "residents_committee"
    VILLAGE_COMMITTEE = "village_committee"
    STATISTICAL = "statistical"


class ChangeKind(StrEnum):
    """A moved division is also among the added and the removed: its code is a new one."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    MOVED = "moved"


LABELS: dict[StrEnum, str] = {
    DivisionKind.SUB_DISTRICT: gettext_noop("sub-district"),
    DivisionKind.TOWN: gettext_noop("town"),
    DivisionKind.TOWNSHIP: gettext_noop("rural township"),
    DivisionKind.ENTERPRISE_RUN: gettext_noop("enterprise-run area"),
    DivisionKind.RESIDENTS_COMMITTEE: gettext_noop("residents' committee"),
    DivisionKind.VILLAGE_COMMITTEE: gettext_noop("village committee"),
    DivisionKind.STATISTICAL: gettext_noop("statistical area"),
    ChangeKind.ADDED: gettext_noop("added"),
    ChangeKind.REMOVED: gettext_noop("removed"),
    ChangeKind.RENAMED: gettext_noop("renamed"),
    ChangeKind.MOVED: gettext_noop("moved"),
}
