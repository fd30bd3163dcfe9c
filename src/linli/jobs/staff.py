"""The daily round through leaves and departures: what is due goes to the successor, or returns."""

from django.utils import timezone

from linli.access.actor import system
from linli.flows import handover
from linli.jobs.upkeep import each_county


def hand_over() -> None:
    """By the local date: a leave begins in the night before its first day at the latest."""
    each_county("hand over", lambda: handover.run_due(today=timezone.localdate(), by=system()))
