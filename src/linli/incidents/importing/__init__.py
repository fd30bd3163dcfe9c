"""Taking a file of another system's incidents over into the current installation."""

from linli.incidents.importing.run import ImportReport, import_file

__all__ = ["ImportReport", "import_file"]
