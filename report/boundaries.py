"""The communes' real boundaries, when the office has put them beside the reference tables as a GeoJSON file."""

import json
import logging
from functools import lru_cache
from pathlib import Path

from report.charts.sketch_map import Rings

log = logging.getLogger(__name__)
BOUNDARIES = "communes.geojson"  # without it there is a sketch


@lru_cache(maxsize=4)
def boundaries(path: Path) -> Rings:
    """Commune -> its outer rings, of the office's GeoJSON (properties.code is the GSO code); nothing without a file.

    A file that cannot be read is as good as none: the sketch stays, and the log says so.
    """
    if not path.exists():
        return {}
    try:
        found: dict[str, list] = {}
        for feature in json.loads(path.read_text("utf-8-sig"))["features"]:
            shape = feature["geometry"]
            parts = {"Polygon": lambda c: [c], "MultiPolygon": lambda c: c}[shape["type"]](shape["coordinates"])
            rings = [[(float(x), float(y)) for x, y, *_ in part[0]] for part in parts]
            found.setdefault(str(feature["properties"]["code"]), []).extend(rings)
        return found
    except (ValueError, KeyError, TypeError, IndexError) as error:
        log.warning("%s is no GeoJSON of communes: %s", path.name, type(error).__name__)
        return {}
