"""Where the name of an area stands on a map."""

from typing import Any

import shapely

TOLERANCE = 0.001  # degrees, about a hundred metres


def label_points(shapes: Any) -> Any:
    """For each polygon the middle of the largest circle in it: room for a name, off the borders.

    Any other point inside may lie in a narrow neck, where the neighbours' names stand as well.
    """
    return shapely.get_point(shapely.maximum_inscribed_circle(shapes, tolerance=TOLERANCE), 0)
