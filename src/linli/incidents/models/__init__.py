from linli.incidents.models.categories import Category
from linli.incidents.models.emergencies import (
    AlarmKind,
    CentreAlarm,
    Emergency,
    EmergencyCall,
    EmergencyReport,
    ReportKind,
)
from linli.incidents.models.imports import ImportBatch
from linli.incidents.models.incident import (
    Incident,
    IncidentEvent,
    IncidentPlace,
    IncidentTask,
    IncidentText,
)
from linli.incidents.models.reporters import Evaluation, ReporterContact
from linli.incidents.models.shifts import PromisedCall, ShiftHandover

__all__ = [
    "AlarmKind",
    "Category",
    "CentreAlarm",
    "Emergency",
    "EmergencyCall",
    "EmergencyReport",
    "Evaluation",
    "ImportBatch",
    "Incident",
    "IncidentEvent",
    "IncidentPlace",
    "IncidentTask",
    "IncidentText",
    "PromisedCall",
    "ReportKind",
    "ReporterContact",
    "ShiftHandover",
]
