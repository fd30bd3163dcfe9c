"""An area as it is handed around: an official code, a name and a polygon in WGS-84 degrees."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

IntArray = NDArray[np.int64]
MAX_CODE, MAX_NAME = 40, 120
METRES_PER_DEGREE = 111_319.49  # of the equator; of a meridian within 0.7%


@dataclass(frozen=True)
class AreaShape:
    """`code` decides ties on borders: an official code, or any stable id where there is none."""

    code: str
    name: str
    geometry: BaseGeometry  # (Multi)Polygon, valid, longitude first; empty: not drawn yet
