"""Which coordinate system a file says it is in."""

import re
from collections.abc import Iterable

from linli.lib.coordinates import CoordinateSystem

# Field names that only the Chinese web maps write; their coordinates are GCJ-02.
WEB_MAP_FIELDS = frozenset({"adcode", "acroutes", "subfeatureindex", "childrennum"})
EPSG_SYSTEMS = {4326: CoordinateSystem.WGS84, 4490: CoordinateSystem.CGCS2000}
CRS84 = re.compile(r"CRS:?:?(?:1\.3:)?84$", re.IGNORECASE)
EPSG_CODE = re.compile(r"EPSG[:/]+(?:[\d.]*[:/])?(\d+)$", re.IGNORECASE)


def declared_system(text: str | None) -> CoordinateSystem | None:
    """The system that a crs member, an SRS or a .prj names; None when unknown or projected.

    Understands `EPSG:n`, OGC URNs and URLs, CRS84 and the well-known text of a .prj.
    """
    if not text or not text.strip():
        return None
    text = text.strip()
    if CRS84.search(text):
        return CoordinateSystem.WGS84
    if code := EPSG_CODE.search(text):
        return EPSG_SYSTEMS.get(int(code.group(1)))
    return _system_of_wkt(text.upper().replace(" ", "_"))


def _system_of_wkt(wkt: str) -> CoordinateSystem | None:
    if not wkt.startswith(("GEOGCS", "GEOGCRS", "GEODCRS")):
        return None
    if "CGCS_2000" in wkt or "CGCS2000" in wkt or "CHINA_2000" in wkt:
        return CoordinateSystem.CGCS2000
    if "WGS_1984" in wkt or "WGS84" in wkt or "WGS_84" in wkt:
        return CoordinateSystem.WGS84
    return None


def looks_like_gcj02(field_names: Iterable[str]) -> bool:
    """True when the fields are those of a Chinese web map's export.

    A ground for a warning only: the file may have been converted since.
    """
    return len(WEB_MAP_FIELDS & {name.lower() for name in field_names}) >= 2
