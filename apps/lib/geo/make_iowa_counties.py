"""Makes ``iowa_counties.geojson`` anew from the atlas it was cut from; see README.md beside it.

Run by hand, once in years, when county borders change. Nothing at run time imports it.
"""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

IOWA = "19"
DIGITS = 4  # about ten metres, finer than a pixel at any size we draw

Point = list[float]
Ring = list[Point]


def counties(atlas: dict[str, Any]) -> dict[str, Any]:
    """Iowa's counties as GeoJSON, from the TopoJSON of all counties.

    Rings are turned clockwise: d3, which draws the map, reads a ring the other way round as
    the whole globe without the county. (RFC 7946 asks for the opposite turn; d3 came first.)
    """
    arcs = [_decoded(arc, atlas["transform"]) for arc in atlas["arcs"]]
    found = [g for g in atlas["objects"]["counties"]["geometries"] if g["id"].startswith(IOWA)]
    features = [_feature(geometry, arcs) for geometry in sorted(found, key=lambda g: str(g["id"]))]
    return {"type": "FeatureCollection", "features": features}


def _feature(geometry: dict[str, Any], arcs: list[Ring]) -> dict[str, Any]:
    if geometry["type"] != "Polygon":
        raise ValueError(f"county {geometry['id']} is a {geometry['type']}; teach this script that")
    return {
        "type": "Feature",
        "id": geometry["id"],
        "properties": {"name": geometry["properties"]["name"]},
        "geometry": {
            "type": "Polygon",
            "coordinates": [_clockwise(_ring(ring, arcs)) for ring in geometry["arcs"]],
        },
    }


def _decoded(arc: list[list[int]], transform: dict[str, list[float]]) -> Ring:
    (scale_x, scale_y), (move_x, move_y) = transform["scale"], transform["translate"]
    x = y = 0
    points: Ring = []
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        points.append([round(x * scale_x + move_x, DIGITS), round(y * scale_y + move_y, DIGITS)])
    return points


def _ring(indexes: list[int], arcs: list[Ring]) -> Ring:
    points: Ring = []
    for index in indexes:
        # TopoJSON writes an arc that is walked backwards as its complement.
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points += arc[1:] if points else arc
    return points


def _clockwise(ring: Ring) -> Ring:
    turn = sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairwise(ring))
    return ring if turn > 0 else ring[::-1]


if __name__ == "__main__":
    made = counties(json.loads(Path(sys.argv[1]).read_text()))
    target = Path(__file__).with_name("iowa_counties.geojson")
    target.write_text(json.dumps(made, separators=(",", ":")) + "\n")
