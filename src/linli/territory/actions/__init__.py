"""Every write of the territory; each gives its layer a new revision."""

from linli.territory.actions.areas import (
    AreaPlan,
    Target,
    import_areas,
    plan_areas,
    replace_geometry,
)
from linli.territory.actions.divisions import Applied, apply_divisions, plan_divisions
from linli.territory.actions.grids import generate_grids, plan_grids
from linli.territory.actions.uploads import drop_upload, keep_upload

__all__ = [
    "Applied",
    "AreaPlan",
    "Target",
    "apply_divisions",
    "drop_upload",
    "generate_grids",
    "import_areas",
    "keep_upload",
    "plan_areas",
    "plan_divisions",
    "plan_grids",
    "replace_geometry",
]
