"""Incidents from other systems: profiles, streaming readers, rejects. See docs/imports.md."""

from linli.incidents.imports.errors import (
    ImportFileError,
    ImportProfileError,
    ProfileFault,
    UnknownColumnsError,
)
from linli.incidents.imports.items import ImportedIncident, Reject
from linli.incidents.imports.loading import load_profile, parse_profile, shipped_profiles
from linli.incidents.imports.profile import Profile
from linli.incidents.imports.reader import Rows, rows
from linli.incidents.imports.rejects import RejectsWriter

__all__ = [
    "ImportFileError",
    "ImportProfileError",
    "ImportedIncident",
    "Profile",
    "ProfileFault",
    "Reject",
    "RejectsWriter",
    "Rows",
    "UnknownColumnsError",
    "load_profile",
    "parse_profile",
    "rows",
    "shipped_profiles",
]
