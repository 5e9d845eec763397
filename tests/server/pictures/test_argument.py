"""The argument map and the walk: text is text, and all that is told is drawn."""

from __future__ import annotations

from xml.etree import ElementTree

from server.pictures.argument import Point, Side, draw_argument
from server.pictures.walk import Edge, Node, draw_walk

HOSTILE = "<script>alert(1)</script> & \"quoted\" 'text'"


def test_hostile_text_is_text_in_an_argument_map() -> None:
    point = Point(HOSTILE, HOSTILE, HOSTILE * 9, "/claim/x")
    drawn = draw_argument(HOSTILE, [Side("increases", HOSTILE, (point,) * 9, None)], title=HOSTILE)
    assert "<script" not in drawn
    root = ElementTree.fromstring(drawn)  # noqa: S314  # our own
    assert [node.text for node in root.iter() if node.text == "and 3 more"]


def test_a_walk_draws_every_edge_with_its_end_and_link() -> None:
    nodes = {
        name: Node(name * 9, name in "ab", f"/network?at={name}", name) for name in ("a", "b", "c")
    }
    edges = [
        Edge(source, target, kind, ((kind, 2),), f"/claims?{source}{target}", HOSTILE)
        for source, target, kind in (
            ("a", "b", "increases"),
            ("b", "a", "decreases"),
            ("c", "a", "mixed"),
            ("b", "c", "no-effect"),
        )
    ]
    drawn = draw_walk(nodes, edges, title="Walk")
    root = ElementTree.fromstring(drawn)  # noqa: S314  # our own
    opened = {node.get("href") for node in root.iter() if node.tag.endswith("}a")}
    assert {edge.opens for edge in edges} <= opened
    for edge in edges:
        assert f'class="end-{edge.kind}"' in drawn
    assert draw_walk(nodes, edges, title="Walk") == drawn
