"""The canvas: an SVG drawing with a title, a description and marks that link to evidence."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from kg.namespaces import SVG

__all__ = ["Canvas", "shortened"]


class Canvas:
    """A drawing inside a page: its colours are those of the page, light or dark."""

    def __init__(self, width: float, height: float, *, title: str, description: str) -> None:
        size = {"width": f"{width:g}", "height": f"{height:g}"}
        self._svg = Element(
            "svg",
            {"xmlns": str(SVG), "viewBox": f"0 0 {width:g} {height:g}", **size}
            | {"class": "picture", "role": "group", "aria-label": title},
        )
        SubElement(self._svg, "title").text = title
        SubElement(self._svg, "desc").text = description
        self._at = self._svg

    def link(self, address: str | None, words: str) -> None:
        """Let the marks that follow lead to an address, and say what they stand for."""
        if address:
            self._at = SubElement(self._svg, "a", {"href": address})
        else:
            self._at = SubElement(self._svg, "g")
        SubElement(self._at, "title").text = words

    def unlink(self) -> None:
        """Let the marks that follow lead nowhere."""
        self._at = self._svg

    def text(
        self, x: float, y: float, words: str, *, anchor: str = "start", kind: str = ""
    ) -> None:
        """Write words at a place."""
        node = self._mark("text", kind, x=x, y=y)
        node.set("text-anchor", anchor)
        node.text = words

    def slanted(self, x: float, y: float, words: str) -> None:
        """Write words that rise to the right, as the heads of narrow columns do."""
        self.text(x, y, words)
        self._at[-1].set("transform", f"rotate(-50 {x:g} {y:g})")

    def box(self, x: float, y: float, width: float, height: float, *, kind: str = "") -> None:
        """Draw a rectangle."""
        self._mark("rect", kind, x=x, y=y, width=width, height=height)

    def circle(self, x: float, y: float, radius: float, *, kind: str = "") -> None:
        """Draw a disc."""
        self._mark("circle", kind, cx=x, cy=y, r=radius)

    def path(self, course: str, *, kind: str = "") -> None:
        """Draw a line along a course in the language of SVG paths."""
        self._mark("path", kind).set("d", course)

    def __str__(self) -> str:
        """Return the drawing as text to put into a page."""
        return tostring(self._svg, encoding="unicode")

    def _mark(self, name: str, kind: str, **places: float) -> Element:
        node = SubElement(self._at, name, {key: f"{value:.4g}" for key, value in places.items()})
        if kind:
            node.set("class", kind)
        return node


def shortened(words: str, most: int) -> str:
    """Cut words to a length, and show that they were cut.

    >>> shortened("co-production", 6)
    'co-pr…'
    """
    return words if len(words) <= most else f"{words[: most - 1]}…"
