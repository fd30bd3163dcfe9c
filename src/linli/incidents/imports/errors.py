"""Faults that stop an import: of the profile, of the file, or of the two together."""

from typing import NamedTuple


class ProfileFault(NamedTuple):
    """One fault of a profile: `key` is dotted (`place.lon`), `line` counts from 1."""

    key: str
    line: int
    message: str


class ImportProfileError(ValueError):
    """The profile cannot be used; every fault is named with its key and line."""

    def __init__(self, origin: str, faults: list[ProfileFault]) -> None:
        self.origin = origin
        self.faults = faults
        lines = [f"  {_place(fault)}{fault.message}" for fault in faults]
        super().__init__("\n".join([f"{origin} is not a usable import profile:", *lines]))


def _place(fault: ProfileFault) -> str:
    return f"line {fault.line}, {fault.key}: " if fault.line else ""


class ImportFileError(ValueError):
    """The file cannot be read (further); `line` counts from 1, 0 when it is not known."""

    def __init__(self, message: str, *, line: int = 0) -> None:
        self.line = line
        super().__init__(f"line {line}: {message}" if line else message)


class UnknownColumnsError(ImportFileError):
    """The profile names columns that the file does not have."""

    def __init__(self, missing: list[str], present: list[str], hints: list[str]) -> None:
        self.missing = missing
        self.present = present
        hint = f" Did you mean {', '.join(hints)}?" if hints else ""
        super().__init__(
            f"the file has no column {', '.join(missing)}.{hint} It has: {', '.join(present)}."
        )
