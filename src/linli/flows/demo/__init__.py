"""A generated county to try the platform with: it says that it is generated, wherever it shows."""

from linli.flows.demo.generate import generate
from linli.flows.demo.plan import DemoPlan, PlannedIncident, PlannedStep

__all__ = ["DemoPlan", "PlannedIncident", "PlannedStep", "generate"]
