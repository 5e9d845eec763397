"""A graph is written whole or not at all, and what follows from it is right afterwards."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from msgspec.structs import replace
from rdflib import BNode, Literal, URIRef

from kg.errors import (
    ConformanceError,
    CoveError,
    QueryError,
    ReservedError,
    SourceError,
    StoreError,
    VersionConflict,
)
from kg.identifiers import mint
from kg.ingest import (
    Mode,
    Written,
    apply_update,
    corpus,
    entailer,
    write_graph,
)
from kg.namespaces import (
    BASE,
    COVE,
    DCTERMS,
    RDF,
    UNNAMED_GRAPH,
)
from kg.store import Home
from kg.triples import from_graph, record_graph, to_triples, works

MINE = URIRef("https://example.org/mine")
A, B, C = (URIRef(f"https://example.org/{name}") for name in "abc")


def write(home: Home, graph: URIRef, triples: object, **more: object) -> Written:
    return write_graph(home, graph, triples, agent="tests", reason="a test", **more)  # type: ignore[arg-type]  # the tests give what fits


def update(home: Home, text: str, **more: object) -> Written:
    return apply_update(home, text, agent="tests", reason="a test", **more)  # type: ignore[arg-type]  # as above


def triples_of(home: Home, graph: URIRef) -> set[ox.Triple]:
    with home.open() as snapshot:
        name = ox.NamedNode(str(graph))
        return {quad.triple for quad in snapshot.quads_for_pattern(None, None, None, name)}


def a_record(home: Home) -> URIRef:
    with home.open() as snapshot:
        return next(
            name
            for name in snapshot.graph_names()
            if name.startswith(f"{BASE}record/") and not name.endswith("/inferred")
        )


def merge_is_right(home: Home) -> bool:
    with home.open() as snapshot:
        default = snapshot.quads_for_pattern(None, None, None, ox.DefaultGraph())
        named = snapshot.quads_for_pattern(None, None, None)
        return {quad.triple for quad in default} == {quad.triple for quad in named}


@pytest.fixture(scope="module")
def small(
    make_home: Callable[[Path, Iterable[str]], Home], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return a folder with the ontology and a dozen records, of which two speak to each other."""
    lines = corpus().read_text(encoding="utf-8").splitlines()
    return make_home(tmp_path_factory.mktemp("small"), lines[:12]).path


@pytest.fixture
def home(small: Path, tmp_path: Path) -> Home:
    return Home(shutil.copytree(small, tmp_path / "home"))


@pytest.fixture
def empty(tmp_path: Path) -> Home:
    return Home(tmp_path / "empty")


def test_a_foreign_graph_is_kept_as_it_is(empty: Home) -> None:
    first = write(empty, MINE, [(A, RDF.type, B)])
    assert (first.was_there, first.version and first.version.number) == (False, 1)
    again = write(empty, MINE, [(A, RDF.type, B)])
    assert (again.was_there, again.version) == (True, None)
    assert again.digest == first.digest
    other = write(empty, MINE, [(A, RDF.type, C)])
    assert other.digest != first.digest
    assert len(triples_of(empty, MINE)) == 1
    assert write(empty, MINE, None).digest is None
    assert triples_of(empty, MINE) == set()
    assert merge_is_right(empty)


def test_merging_keeps_what_is_there_and_the_blank_nodes_of_both_apart(empty: Home) -> None:
    node = BNode("x")
    write(empty, MINE, [(A, B, node), (node, B, Literal(1))])
    write(empty, MINE, [(A, B, node), (node, B, Literal(2))], mode=Mode.MERGE)
    found = triples_of(empty, MINE)
    assert len(found) == 4
    assert len({t.subject for t in found if isinstance(t.subject, ox.BlankNode)}) == 2


def test_a_condition_is_asked_with_what_is_there(empty: Home) -> None:
    seen: list[str | None] = []
    first = write(empty, MINE, [(A, RDF.type, B)], condition=seen.append)
    write(empty, MINE, [(A, RDF.type, C)], condition=seen.append)
    assert seen == [None, first.digest]

    def refuse(digest: str | None) -> None:
        raise StoreError("not now")

    with pytest.raises(StoreError, match="not now"):
        write(empty, MINE, None, condition=refuse)
    assert empty.current() == 2


def test_a_write_for_an_older_version_is_refused(empty: Home) -> None:
    write(empty, MINE, [(A, RDF.type, B)])
    with pytest.raises(VersionConflict):
        write(empty, MINE, None, expected=7)


@pytest.mark.parametrize(
    "name", ["ontology", "shapes", "scheme/sector", "scheme/inferred", "record/x/inferred", "data/"]
)
def test_the_graphs_that_cove_makes_are_refused(empty: Home, name: str) -> None:
    with pytest.raises(ReservedError, match="makes such graphs itself"):
        write(empty, URIRef(BASE + name), [(A, RDF.type, B)])
    with pytest.raises(ReservedError, match="makes such graphs itself"):
        update(empty, f"INSERT DATA {{ GRAPH <{BASE}{name}> {{ <a:s> <a:p> 1 }} }}")
    assert empty.current() is None


def test_a_record_goes_and_comes_back_with_what_follows_from_it(home: Home) -> None:
    name = a_record(home)
    inferred = URIRef(f"{name}/inferred")
    asserted, followed = triples_of(home, name), triples_of(home, inferred)
    assert asserted
    assert followed
    assert write(home, name, None).was_there
    assert triples_of(home, name) == triples_of(home, inferred) == set()
    write(home, name, asserted)
    assert triples_of(home, name) == asserted
    assert triples_of(home, inferred) == followed
    assert sorted(map(str, home.diff(2, 4).adds | home.diff(2, 4).removes)) == []
    assert merge_is_right(home)


def test_a_record_graph_holds_the_work_of_its_name_and_nothing_else(home: Home) -> None:
    name = a_record(home)
    other = record_graph("another-2020-work")
    asserted = triples_of(home, name)
    for graph, triples, why in (
        (other, asserted, "the one work of its name"),
        (name, [*asserted, (A, RDF.type, B)], "what no record carries"),
        (name, [*asserted, (BNode(), RDF.type, COVE.Claim)], "what no record carries"),
        (name, [(A, RDF.type, B)], "what no record carries"),
    ):
        with pytest.raises(SourceError, match=why):
            write(home, graph, triples)
    assert home.current() == 2


def test_a_record_that_breaks_a_shape_is_refused_with_the_report(home: Home) -> None:
    name = a_record(home)
    asserted = triples_of(home, name)
    statements = {t for t in asserted if t.predicate.value == str(COVE.statement)}
    assert statements
    with pytest.raises(CoveError) as refusal:
        write(home, name, asserted - statements)
    assert isinstance(refusal.value, ConformanceError | SourceError)
    assert home.current() == 2


def test_a_claim_that_others_point_to_cannot_go(home: Home) -> None:
    target, other = _records(home)[:2]
    with home.open() as snapshot:
        graph = snapshot.graph(target)
    work = from_graph(graph, *works(graph))
    last = work.claims[-1]
    fewer = list(to_triples(replace(work, claims=work.claims[:-1])))
    source = min(t.subject.value for t in triples_of(home, other) if _is_claim(t))
    link = f"<{source}> <{COVE.supportsClaim}> <{mint('claim', work.id, last.id)}>"
    update(home, f"INSERT DATA {{ GRAPH <{other}> {{ {link} }} }}")
    version = home.current()
    with pytest.raises(ConformanceError, match="leads nowhere"):
        write(home, target, fewer)
    assert home.current() == version
    update(home, f"DELETE DATA {{ GRAPH <{other}> {{ {link} }} }}")
    assert write(home, target, fewer).version is not None


def _is_claim(triple: ox.Triple) -> bool:
    return triple.predicate.value == str(RDF.type) and triple.object == ox.NamedNode(
        str(COVE.Claim)
    )


def test_an_update_of_a_record_is_entailed_like_any_write(home: Home) -> None:
    name = a_record(home)
    before = triples_of(home, name)
    written = update(
        home,
        f"WITH <{name}> DELETE {{ ?w <{DCTERMS.title}> ?t }} INSERT {{ ?w <{DCTERMS.title}> ?n }} "
        f"WHERE {{ ?w <{DCTERMS.title}> ?t BIND (STRLANG('A new title', LANG(?t)) AS ?n) }}",
    )
    assert written.version is not None
    assert name in written.graphs
    assert len(triples_of(home, name) - before) >= 1
    assert merge_is_right(home)


def test_an_update_that_breaks_a_record_is_refused_whole(home: Home) -> None:
    name = a_record(home)
    with pytest.raises((ConformanceError, SourceError)):
        update(
            home,
            f"INSERT DATA {{ GRAPH <{MINE}> {{ <a:s> <a:p> 1 }} }} ; "
            f"INSERT DATA {{ GRAPH <{name}> {{ <a:s> <a:p> 1 }} }}",
        )
    assert home.current() == 2


def test_an_update_that_clears_everything_is_refused_where_cove_has_graphs(home: Home) -> None:
    with pytest.raises(ReservedError):
        update(home, "CLEAR ALL")
    assert home.current() == 2


def test_each_operation_sees_what_those_before_it_did(empty: Home) -> None:
    update(
        empty,
        "INSERT DATA { <a:s> <a:p> 1 } ;\n"
        "INSERT { GRAPH <a:g> { ?s <a:q> ?o } } WHERE { ?s <a:p> ?o } ;\n"
        "DELETE { GRAPH <a:g> { ?s <a:q> ?o } } INSERT { GRAPH <a:h> { ?s <a:r> ?o } } "
        "WHERE { ?s <a:q> ?o } ;\n"
        "INSERT { GRAPH <a:h> { <a:s> <a:seen> ?o } } WHERE { ?s <a:q> ?o }",
    )
    assert {str(t.predicate) for t in triples_of(empty, URIRef("a:h"))} == {"<a:r>"}
    assert triples_of(empty, URIRef("a:g")) == set()
    assert len(triples_of(empty, UNNAMED_GRAPH)) == 1
    assert merge_is_right(empty)
    assert empty.check(deep=True) == []


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("DELETE WHERE { GRAPH ?g { ?s <a:p> ?o } }", {A, B}),
        ("DELETE { GRAPH ?g { ?s <a:p> ?o } } WHERE { GRAPH ?g { ?s <a:p> ?o, 2 } }", {B}),
        ("INSERT { GRAPH ?h { ?s a 7 } } WHERE { ?s <a:to> ?h }", {MINE}),
        (
            "DELETE { GRAPH ?g { ?s <a:p> 1 } } INSERT { GRAPH ?h { ?s <a:p> 1 } } "
            "WHERE { GRAPH ?g { ?s <a:p> 1 } BIND (IRI(CONCAT(STR(?g), '-moved')) AS ?h) } ; "
            f"INSERT DATA {{ GRAPH <{C}> {{ <a:s> <a:p> 3 }} }}",
            {A, B, URIRef(f"{A}-moved"), URIRef(f"{B}-moved"), C},
        ),
    ],
)
def test_graphs_that_a_pattern_names_are_found_without_reading_all(
    empty: Home, monkeypatch: pytest.MonkeyPatch, text: str, changed: set[URIRef]
) -> None:
    update(
        empty,
        f"INSERT DATA {{ GRAPH <{A}> {{ <a:s> <a:p> 1 }} GRAPH <{B}> {{ <a:s> <a:p> 1, 2 }} "
        f"GRAPH <{C}> {{ <a:s> <a:q> 1 ; <a:to> <{MINE}> }} }}",
    )

    def refuse(*_: object) -> None:
        raise AssertionError("the whole dataset was compared")

    monkeypatch.setattr("kg.store.candidates.changed_graphs", refuse)
    assert set(update(empty, text).graphs) == changed
    assert merge_is_right(empty)
    assert empty.check(deep=True) == []


def test_what_is_inserted_without_a_graph_can_be_deleted_without_one(empty: Home) -> None:
    update(empty, "INSERT DATA { <a:s> <a:p> 1, 2 }")
    update(empty, "DELETE DATA { <a:s> <a:p> 1 }")
    assert len(triples_of(empty, UNNAMED_GRAPH)) == 1
    update(empty, "DELETE { ?s ?p ?o } INSERT { GRAPH <a:g> { ?s ?p ?o } } WHERE { ?s ?p ?o }")
    assert triples_of(empty, UNNAMED_GRAPH) == set()
    assert len(triples_of(empty, URIRef("a:g"))) == 1
    assert merge_is_right(empty)


def test_a_triple_that_a_graph_holds_is_not_deleted_in_silence(empty: Home) -> None:
    update(empty, "INSERT DATA { GRAPH <a:g> { <a:s> <a:p> 1 } }")
    for text in ("DELETE DATA { <a:s> <a:p> 1 }", "DELETE WHERE { ?s ?p ?o }"):
        with pytest.raises(QueryError, match=r"stays in <a:g>; say GRAPH or WITH"):
            update(empty, text)
    assert empty.current() == 1


def test_a_broken_update_names_the_line_of_the_whole_text(empty: Home) -> None:
    with pytest.raises(QueryError) as refusal:
        update(
            empty,
            "INSERT DATA { GRAPH <a:g> { <a:s> <a:p> 1 } } ;\n"
            "DELETE { GRAPH <a:g> { ?s ?p ?o } }\nWHERE { GRAPH <a:g> { ?s ?p } }",
        )
    assert refusal.value.line == 3
    assert empty.current() is None


def test_strangers_triples_change_nothing_that_is_inferred(
    home: Home, tmp_path: Path, closure_of: Callable[[Home, Path], set[str]]
) -> None:
    names = [name for name in _records(home) if _affirms(home, name)][:3]
    chance = random.Random(7)  # noqa: S311  # a fixed sequence, no secret
    held = {name: triples_of(home, name) for name in names}
    stray = [
        ox.Triple(t.subject, ox.NamedNode(str(COVE.denies)), t.object)
        for name in names
        for t in held[name]
        if t.predicate.value == str(COVE.affirms)
    ]
    for step in range(6):
        name = chance.choice(names)
        if step == 2:
            write(home, MINE, stray)
        elif triples_of(home, name):
            write(home, name, None)
        else:
            write(home, name, held[name])
    assert merge_is_right(home)
    with home.open() as snapshot:
        found = {
            str(quad)
            for quad in snapshot.quads_for_pattern(None, None, None)
            if str(quad.graph_name).endswith("/inferred>")
        }
    write(home, MINE, None)
    assert sorted(found ^ closure_of(home, tmp_path / "afresh"))[:20] == []


def _records(home: Home) -> list[URIRef]:
    with home.open() as snapshot:
        names = snapshot.graph_names()
    return [n for n in names if n.startswith(f"{BASE}record/") and not n.endswith("/inferred")]


def _affirms(home: Home, name: URIRef) -> bool:
    return any(t.predicate.value == str(COVE.affirms) for t in triples_of(home, name))


@pytest.fixture(scope="module")
def closure_of() -> Callable[[Home, Path], set[str]]:
    """Give what infers everything from what the records assert, as a build does."""

    def closure(home: Home, folder: Path) -> set[str]:
        target = Home(folder)
        with home.open() as snapshot, target.begin(agent="tests", reason="afresh") as new:
            for name in snapshot.graph_names():
                if not name.endswith("/inferred") or name.endswith("scheme/inferred"):
                    new.replace(name, snapshot.graph(name))
            new.add(
                entailer().entail(
                    quad
                    for quad in snapshot.quads_for_pattern(None, None, None)
                    if "/record/" in str(quad.graph_name)
                    and "/inferred" not in str(quad.graph_name)
                )
            )
            joined = entailer().join(new)
            new.discard(joined.removes)
            new.add(joined.adds)
        with target.open() as snapshot:
            quads = snapshot.quads_for_pattern(None, None, None)
            return {str(q) for q in quads if str(q.graph_name).endswith("/inferred>")}

    return closure
