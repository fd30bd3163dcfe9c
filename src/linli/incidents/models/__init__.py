from linli.incidents.models.categories import Category
from linli.incidents.models.imports import ImportBatch
from linli.incidents.models.incident import (
    Incident,
    IncidentEvent,
    IncidentPlace,
    IncidentTask,
    IncidentText,
)
from linli.incidents.models.reporters import Evaluation, ReporterContact

__all__ = [
    "Category",
    "Evaluation",
    "ImportBatch",
    "Incident",
    "IncidentEvent",
    "IncidentPlace",
    "IncidentTask",
    "IncidentText",
    "ReporterContact",
]
