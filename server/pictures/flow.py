"""The flow of a published review as a picture, drawn from its numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from markupsafe import Markup

from kg.review.diagram import draw
from kg.review.prisma import BOXES, flow_of
from server.reading import Row

__all__ = ["draw_flow"]

_NAME = "flow: "


def draw_flow(rows: Iterable[Row]) -> Markup | None:
    """Draw the PRISMA diagram from rows of boxes and their parts; None where boxes are missing."""
    counts: dict[str, int] = {}
    parts: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        name, count, part, number = (row[each] for each in ("name", "count", "part", "number"))
        if name is None or count is None:
            continue
        box = name.text.removeprefix(_NAME)
        counts[box] = int(count.text)
        if part and number:
            parts[box][part.text] = int(number.text)
    if not BOXES.keys() <= counts.keys():
        return None
    # our own XML, in which all text is escaped
    return Markup(draw(flow_of(counts, parts)))  # noqa: S704
