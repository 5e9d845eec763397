from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element, fromstring

import pytest

from kg.synthesis import Vote, effect_direction_plot, harvest_plot

_SVG = "{http://www.w3.org/2000/svg}"
_VOTES = (
    Vote("w/a", "A & B <2020>", "Trust", "increases", 1, 20),
    Vote("w/b", "Bee (2021)", "Trust", "decreases", 3, 500),
    Vote("w/c", "Cee (2022)", "Efficiency", "mixed", 2, None),
    Vote("w/d", "Dee (2023)", "Efficiency", "no-effect", 1, 120),
)


def _parse(svg: str) -> Element:
    return fromstring(svg)  # noqa: S314  # our own text


every_plot = pytest.mark.parametrize("plot", [effect_direction_plot, harvest_plot])


@every_plot
def test_plot_is_svg_with_title_and_description(plot: Callable[..., str]) -> None:
    root = _parse(plot(_VOTES, title="Made <plot>"))
    assert root.tag == f"{_SVG}svg"
    assert root.get("role") == "img"
    assert root.findtext(f"{_SVG}title") == "Made <plot>"
    described = root.findtext(f"{_SVG}desc") or ""
    assert "1 increases, 1 decreases, 1 mixed, 1 no effect" in described


@every_plot
def test_every_vote_is_named_in_words(plot: Callable[..., str]) -> None:
    root = _parse(plot(_VOTES))
    names = [node.text or "" for node in root.iter(f"{_SVG}title")][1:]
    assert len(names) == len(_VOTES)
    assert "A & B <2020>, Trust: increases (20 people)" in names
    assert "Cee (2022), Efficiency: mixed (sample not coded)" in names


def test_direction_shows_as_glyph_beside_colour() -> None:
    text = "".join(_parse(effect_direction_plot(_VOTES)).itertext())
    assert all(glyph in text for glyph in ("▲", "▼", "◄►", "○"))


@every_plot
def test_plot_of_no_votes_is_still_a_picture(plot: Callable[..., str]) -> None:
    assert "0 votes" in (_parse(plot(())).findtext(f"{_SVG}desc") or "")
