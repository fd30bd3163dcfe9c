"""GeoJSON, GeoPackage and Shapefile, whatever their names say, as rows of raw geometry.

The content decides, and the driver is named to GDAL: left to guess, it also opens formats
that fetch other files and addresses.
"""

import json
import shutil
import tempfile
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linli.lib.errors import InputError, gettext_noop

MAX_BYTES = 100_000_000
MAX_FEATURES = 100_000
GEOJSON_TYPES = ("FeatureCollection", "Feature")
SHAPE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
SHAPE_MARK, SQLITE_MARK, ZIP_MARK = b"\x00\x00\x27\x0a", b"SQLite format 3\x00", b"PK\x03\x04"

TOO_LARGE = gettext_noop("%(file)s has %(size)d bytes; at most %(limit)d are read.")
NO_FILE = gettext_noop("%(file)s does not exist or is not a file.")
UNKNOWN_FORMAT = gettext_noop(
    "%(file)s is neither GeoJSON, GeoPackage nor Shapefile: export it as one of them, "
    "for example with QGIS."
)
BROKEN_FILE = gettext_noop("%(file)s cannot be read: %(reason)s")
BROKEN_JSON = gettext_noop("%(file)s, line %(line)d, column %(column)d: no JSON: %(reason)s")
BROKEN_TEXT = gettext_noop(
    "%(file)s: the text is neither UTF-8 nor GB18030 (byte %(byte)d of %(part)s)."
)
NOT_UTF8 = gettext_noop(
    "%(file)s: byte %(byte)d is not UTF-8, which GeoJSON has to be. Save it so."
)
MISSING_PART = gettext_noop("%(file)s: the part %(part)s of the Shapefile is missing.")
NO_SHAPEFILE = gettext_noop(
    "%(file)s: a zip must hold exactly one Shapefile; this one holds %(count)d."
)
UNKNOWN_LAYER = gettext_noop("%(file)s has no layer %(layer)s; its layers: %(layers)s.")
CHOOSE_LAYER = gettext_noop("%(file)s has several layers, name one: %(layers)s.")
TOO_MANY = gettext_noop("%(file)s has more than %(limit)d features.")


@dataclass(frozen=True)
class RawLayer:
    """`wkb[n]` is None where a feature has no readable geometry; `fields` are columns."""

    crs: str | None
    wkb: list[bytes | None]
    fields: dict[str, list[Any]]


def read_layer(path: Path, layer: str | None = None) -> RawLayer:
    """The features of one layer. Raises InputError: format, size, encoding, layer, damage."""
    if not path.is_file():
        raise InputError(NO_FILE, file=path.name)
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise InputError(TOO_LARGE, file=path.name, size=size, limit=MAX_BYTES)
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(ZIP_MARK):
        with _unpacked(path) as shapefile:
            return _read_shapefile(shapefile, path.name)
    if head.startswith(SHAPE_MARK):
        return _read_shapefile(path, path.name)
    if head.startswith(SQLITE_MARK):
        return _read(f"GPKG:{path}", path.name, layer=_chosen_layer(path, layer))
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
        content = path.read_bytes()
        return _read_geojson(path, content)
    raise InputError(UNKNOWN_FORMAT, file=path.name)


def _read(source: str, name: str, **options: Any) -> RawLayer:
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    try:
        with warnings.catch_warnings():
            # GDAL warns of open rings; they are found and reported with their place
            warnings.simplefilter("ignore", RuntimeWarning)
            meta, _, wkb, columns = pyogrio.raw.read(
                source, max_features=MAX_FEATURES + 1, **options
            )
    except (DataSourceError, DataLayerError, ValueError, RuntimeError) as error:
        reason = str(error).split(";")[0].replace(source, name)
        raise InputError(BROKEN_FILE, file=name, reason=reason) from error
    if wkb is None:
        raise InputError(UNKNOWN_FORMAT, file=name)
    if len(wkb) > MAX_FEATURES:
        raise InputError(TOO_MANY, file=name, limit=MAX_FEATURES)
    fields = {
        str(field): list(column.tolist())
        for field, column in zip(meta["fields"], columns, strict=True)
    }
    return RawLayer(meta["crs"], list(wkb), fields)


def _read_geojson(path: Path, content: bytes) -> RawLayer:
    try:
        content.decode()
    except UnicodeDecodeError as error:
        raise InputError(NOT_UTF8, file=path.name, byte=error.start + 1) from error
    try:
        return _read(f"GeoJSON:{path}", path.name)
    except InputError as error:
        raise _json_fault(content, path.name) or error from error


def _json_fault(content: bytes, name: str) -> InputError | None:
    """Where the text stops being JSON, or that it is another kind: GDAL does not say."""
    try:
        found = json.loads(content)
    except json.JSONDecodeError as error:
        place = {"file": name, "line": error.lineno, "column": error.colno}
        return InputError(BROKEN_JSON, **place, reason=error.msg)
    except RecursionError:
        return None
    foreign = found.get("type") not in GEOJSON_TYPES  # TopoJSON, settings of a program
    return InputError(UNKNOWN_FORMAT, file=name) if foreign else None


def _chosen_layer(path: Path, layer: str | None) -> str:
    import pyogrio
    from pyogrio.errors import DataSourceError

    try:
        names = [str(name) for name, _ in pyogrio.list_layers(f"GPKG:{path}")]
    except DataSourceError as error:
        raise InputError(BROKEN_FILE, file=path.name, reason="GeoPackage") from error
    known = {"file": path.name, "layers": names}
    if layer is not None and layer not in names:
        raise InputError(UNKNOWN_LAYER, layer=layer, **known)
    if layer is None and len(names) != 1:
        raise InputError(CHOOSE_LAYER, **known)
    return layer or names[0]


def _read_shapefile(path: Path, name: str) -> RawLayer:
    for part in (".shx", ".dbf"):
        if _part(path, part) is None:
            raise InputError(MISSING_PART, file=name, part=part)
    table = _part(path, ".dbf")
    content = table.read_bytes() if table else b""
    header = int.from_bytes(content[8:10], "little")
    encoding = _encoding_of(content[header:], name, ".dbf")
    return _read(str(path), name, encoding=encoding)  # this driver takes no prefix


def _part(path: Path, suffix: str) -> Path | None:
    options = (path.with_suffix(suffix), path.with_suffix(suffix.upper()))
    return next((option for option in options if option.is_file()), None)


def _encoding_of(content: bytes, name: str, part: str) -> str:
    """The first encoding that reads the whole content."""
    place = 0
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError as error:
            place = error.start + 1
        else:
            return encoding
    raise InputError(BROKEN_TEXT, file=name, part=part, byte=place)


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    """The one Shapefile of a zip under a plain name: names inside may be in any encoding."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            with zipfile.ZipFile(path) as package:
                _unpack(package, path.name, Path(folder))
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
            raise InputError(BROKEN_FILE, file=path.name, reason=str(error)) from error
        yield Path(folder) / "areas.shp"


def _unpack(package: zipfile.ZipFile, name: str, folder: Path) -> None:
    members = [m for m in package.infolist() if not Path(m.filename).name.startswith(".")]
    shapes = [m.filename for m in members if m.filename.lower().endswith(".shp")]
    if len(shapes) != 1:
        raise InputError(NO_SHAPEFILE, file=name, count=len(shapes))
    stem = shapes[0][:-4]
    size = sum(member.file_size for member in members)
    if size > MAX_BYTES:
        raise InputError(TOO_LARGE, file=name, size=size, limit=MAX_BYTES)
    for member in members:
        suffix = member.filename[len(stem) :].lower()
        if member.filename.startswith(stem) and suffix in SHAPE_PARTS:
            with package.open(member) as packed, (folder / f"areas{suffix}").open("wb") as plain:
                shutil.copyfileobj(packed, plain)
