"""The PRISMA diagram as a picture, and as the file that the R package PRISMA2020 reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from textwrap import wrap
from xml.sax.saxutils import escape, quoteattr

from kg.namespaces import SVG
from kg.review.prisma import BOXES, EARLIER, Box, Flow

__all__ = ["FIELDS", "draw", "write_csv"]

_LINE = 15  # height of a line of text
_PAD = 9
_GAP = 26
_WIDTH = 222
_SHIFT = 252  # to the right, where an earlier version stands on the left
_COLUMNS = {"left": 44, "out": 296, "right": 564, "far": 816}
_OTHER = ("website_results", "organisation_results", "citations_results")

# The boxes of the statement from top to bottom: where each stands, and what it counts.
_ROWS: tuple[tuple[str, dict[str, tuple[str, ...]]], ...] = (
    (
        "Identification",
        {
            "left": ("database_results", "register_results"),
            "out": ("duplicates", "excluded_automatic", "excluded_other"),
            "right": _OTHER,
        },
    ),
    ("Screening", {"left": ("records_screened",), "out": ("records_excluded",)}),
    (
        "Screening",
        {
            "left": ("dbr_sought_reports",),
            "out": ("dbr_notretrieved_reports",),
            "right": ("other_sought_reports",),
            "far": ("other_notretrieved_reports",),
        },
    ),
    (
        "Screening",
        {
            "left": ("dbr_assessed",),
            "out": ("dbr_excluded",),
            "right": ("other_assessed",),
            "far": ("other_excluded",),
        },
    ),
    ("Included", {"left": ("new_studies", "new_reports")}),
)

FIELDS: tuple[str, ...] = (
    "previous_studies",
    "previous_reports",
    "database_results",
    "database_specific_results",
    "register_results",
    "register_specific_results",
    "website_results",
    "organisation_results",
    "citations_results",
    "duplicates",
    "excluded_automatic",
    "excluded_other",
    "records_screened",
    "records_excluded",
    "dbr_sought_reports",
    "dbr_notretrieved_reports",
    "other_sought_reports",
    "other_notretrieved_reports",
    "dbr_assessed",
    "dbr_excluded",
    "other_assessed",
    "other_excluded",
    "new_studies",
    "new_reports",
    "total_studies",
    "total_reports",
    "total_studies_ma",
    "total_reports_ma",
)
"""The 28 fields of the statement's data file. Those of a meta-analysis are not known here."""


def write_csv(found: Flow) -> str:
    """Write the fields, a line each: its name, what it is, and its number."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("data", "description", "n"))
    for name in FIELDS:
        writer.writerow(
            (name, (BOXES | EARLIER).get(name, name.replace("_", " ")), _field(found, name))
        )
    return out.getvalue()


def draw(found: Flow, address: Callable[[str], str] | None = None) -> str:
    """Draw the diagram; where an address is given for each box, its number leads there."""
    parts: list[str] = []
    top, before = _PAD, dict[str, int]()
    bands: dict[str, tuple[int, int]] = {}
    shown = ("left", "out", "right", "far") if any(map(found.count, _OTHER)) else ("left", "out")
    shift = _SHIFT if found.is_update else 0
    for band, row in _ROWS:
        texts = {column: _texts(found, names) for column, names in row.items() if column in shown}
        height = max(len(lines) for lines in texts.values()) * _LINE + 2 * _PAD
        for column, lines in texts.items():
            x = _COLUMNS[column] + shift
            parts.append(_box(x, top, height, lines, address))
            if column in before:
                parts.append(_arrow(x + _WIDTH / 2, before[column], x + _WIDTH / 2, top))
            if column in {"out", "far"}:
                parts.append(_arrow(x - 30, top + height / 2, x, top + height / 2))
            before[column] = top + height
        for column in ("out", "far"):
            before.pop(column, None)
        start = bands.get(band, (top, 0))[0]
        bands[band] = (start, top + height)
        top += height + _GAP
    if found.count("other_assessed"):
        parts.append(_join(before["right"], bands["Included"], shift))
    if found.is_update:
        drawn, height = _earlier(found, before["left"], top)
        parts += drawn
        bands["Included"] = (bands["Included"][0], top + height)
        top += height + _GAP
    parts += [_band(name, *span) for name, span in bands.items()]
    width = _COLUMNS[shown[-1]] + shift + _WIDTH + _PAD
    title = "PRISMA 2020 flow diagram"
    title += f", round {found.round}" if found.round else ""
    return (
        f'<svg class="picture prisma" xmlns="{SVG}" role="group"'
        f' aria-label={quoteattr(title)} viewBox="0 0 {width} {top}" width="{width}"'
        f' height="{top}" font-family="sans-serif" font-size="12">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def _earlier(found: Flow, bottom: int, top: int) -> tuple[list[str], int]:
    """Draw what the earlier version had, and below all of it what both have together."""
    had = _texts(found, ("previous_studies", "previous_reports"))
    total = _texts(found, ("total_studies", "total_reports"))
    first, last = (len(lines) * _LINE + 2 * _PAD for lines in (had, total))
    x, middle = _COLUMNS["left"], top + last / 2
    left = x + _SHIFT
    line = f"M{x + _WIDTH / 2:g} {_PAD + first}L{x + _WIDTH / 2:g} {middle:g}"
    parts = [
        _box(x, _PAD, first, had, None),
        _box(left, top, last, total, None),
        f'<path class="line" d="{line}" fill="none" stroke="#788"/>',
        _arrow(x + _WIDTH / 2, middle, left, middle),
        _arrow(left + _WIDTH / 2, bottom, left + _WIDTH / 2, top),
    ]
    return parts, last


def _texts(found: Flow, names: tuple[str, ...]) -> list[tuple[str, str | None]]:
    """Return the lines of a box: each with the name of what it counts, None where it adds words."""
    lines: list[tuple[str, str | None]] = []
    for name in names:
        box = found.boxes.get(name) or Box(name, (), studies=getattr(found, name))
        label = box.label.removesuffix(" (other methods)")
        first, *more = _wrapped(label, box.count)
        lines += [(first, name), *((line, name) for line in more)]
        shown = box.parts if len(box.parts) > 1 or name.endswith("excluded") else {}
        for part, count in shown.items():
            lines += [(f"\u2002{line}", None) for line in _wrapped(part, count)]
    return lines


def _wrapped(label: str, count: int) -> list[str]:
    """Break a label into lines; its number stays in one piece."""
    return wrap(f"{label} (n\u00a0=\u00a0{count:,})", 33)


def _box(
    x: int,
    y: float,
    height: float,
    lines: list[tuple[str, str | None]],
    address: Callable[[str], str] | None,
) -> str:
    rows = []
    for place, (line, name) in enumerate(lines):
        inside = f'<text x="{x + _PAD}" y="{y + _PAD + _LINE * (place + 0.8):g}">'
        inside += f"{escape(line)}</text>"
        if address and name:
            inside = f"<a href={quoteattr(address(name))}>{inside}</a>"
        rows.append(inside)
    frame = f'<rect class="frame" x="{x}" y="{y:g}" width="{_WIDTH}" height="{height:g}"'
    return f'{frame} fill="none" stroke="#788" rx="3"/>{"".join(rows)}'


def _arrow(x1: float, y1: float, x2: float, y2: float) -> str:
    along = x1 == x2
    head = (
        f"M{x2 - 4:g} {y2 - 7:g}L{x2:g} {y2:g}L{x2 + 4:g} {y2 - 7:g}"
        if along
        else f"M{x2 - 7:g} {y2 - 4:g}L{x2:g} {y2:g}L{x2 - 7:g} {y2 + 4:g}"
    )
    return f'<path class="line" d="M{x1:g} {y1:g}L{x2:g} {y2:g}{head}" fill="none" stroke="#788"/>'


def _join(bottom: float, band: tuple[int, int], shift: int) -> str:
    """Lead the right column into what is included."""
    x, y = _COLUMNS["right"] + shift + _WIDTH / 2, (band[0] + band[1]) / 2
    end = _COLUMNS["left"] + shift + _WIDTH
    head = f"M{end + 7} {y - 4:g}L{end} {y:g}L{end + 7} {y + 4:g}"
    return (
        f'<path class="line" d="M{x:g} {bottom:g}L{x:g} {y:g}L{end} {y:g}{head}" fill="none"'
        ' stroke="#788"/>'
    )


def _band(name: str, top: float, bottom: float) -> str:
    middle = (top + bottom) / 2
    return (
        f'<rect class="band" x="4" y="{top:g}" width="26" height="{bottom - top:g}" rx="3"'
        f' fill="#9cc"/><text class="name" transform="translate(21 {middle:g}) rotate(-90)"'
        f' text-anchor="middle" font-weight="600">{escape(name)}</text>'
    )


def _field(found: Flow, name: str) -> str:
    if name.endswith("_ma"):
        return "NA"
    if name.endswith("_specific_results"):
        return _parts(found.boxes[name.replace("_specific", "")])
    if name in {"dbr_excluded", "other_excluded"}:
        return _parts(found.boxes[name]) or "0"
    if name in found.boxes:
        return str(found.count(name))
    number: int = getattr(found, name)
    return str(number)


def _parts(box: Box) -> str:
    """Write the parts of a box as the statement's file has them: Reason1, 3; Reason2, 4."""
    plain = ((name.replace(",", " ").replace(";", " "), n) for name, n in box.parts.items())
    return "; ".join(f"{' '.join(name.split())}, {n}" for name, n in plain)
