"""What every store does, the one on disk and the remote one alike."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import XSD

from kg.errors import QueryError, StoreError
from kg.store import Candidate, Capability, EndpointStore, Home, Repository, Store

EX = Namespace("https://example.org/")
G, H = EX.g, EX.h
TRIPLES = (
    (EX.s, EX.name, Literal("Wert", lang="de")),
    (EX.s, EX.name, Literal('a "quoted"\n☃ \\ line')),
    (EX.s, EX.size, Literal("3", datatype=XSD.integer)),
    (EX.s, EX.price, Literal("1.5", datatype=XSD.decimal)),
    (EX.s, EX.code, Literal("x-1", datatype=EX.code)),
    (EX.s, EX.link, EX["ünï"]),
)


def skip_where_lacking(repository: Repository, capability: Capability) -> None:
    """Skip what an engine is known to be unable to do; that it has a name is what counts."""
    if isinstance(repository, EndpointStore) and capability not in repository.capabilities:
        pytest.skip(f"{repository.endpoint.engine.name} lacks {capability}")


# Virtuoso counts graphs of its own among those that the default graph merges.
OURS = 'FILTER(STRSTARTS(STR(?s), "https://example.org/"))'


def fill(repository: Repository) -> Store:
    with repository.begin(agent="test", reason="two graphs") as candidate:
        candidate.replace(G, TRIPLES)
        candidate.replace(H, [(EX.t, EX.link, EX.s)])
    return repository.open()


def test_both_are_what_the_protocols_say(repository: Repository) -> None:
    assert isinstance(repository, Repository)
    with repository.begin(agent="test", reason="look") as candidate:
        assert isinstance(candidate, Candidate)
        candidate.replace(G, TRIPLES)
    assert isinstance(repository.open(), Store)


def test_a_graph_comes_back_as_it_went_in(repository: Repository) -> None:
    store = fill(repository)
    assert set(store.graph(G)) == set(TRIPLES)
    assert store.graph_names() == (G, H)


def test_a_graph_that_is_not_there_is_empty(repository: Repository) -> None:
    assert len(fill(repository).graph(EX.nowhere)) == 0


def test_blank_nodes_come_back_as_the_same_graph(repository: Repository) -> None:
    graph = Graph()
    inner, outer = BNode(), BNode()
    graph += [(EX.s, EX.has, outer), (outer, EX.has, inner), (inner, EX.n, Literal(1))]
    with repository.begin(agent="test", reason="blank nodes") as candidate:
        candidate.replace(G, graph)
    assert isomorphic(repository.open().graph(G), graph)


def test_rows_keep_their_order_and_what_is_unbound_is_none(repository: Repository) -> None:
    table = fill(repository).select(
        "SELECT ?s ?size ?code WHERE { ?s <https://example.org/link> ?o "
        "OPTIONAL { ?s <https://example.org/size> ?size } } ORDER BY ?s"
    )
    assert table.variables == ("s", "size", "code")
    assert [dict(row) for row in table] == [
        {"s": EX.s, "size": Literal(3), "code": None},
        {"s": EX.t, "size": None, "code": None},
    ]
    assert table.values() == ((str(EX.s), 3, None), (str(EX.t), None, None))
    assert table.column("s") == (EX.s, EX.t)
    with pytest.raises(KeyError):
        table.rows[0]["nothing"]


def test_values_are_those_of_python(repository: Repository) -> None:
    row = (
        fill(repository)
        .select(
            "SELECT ?price ?code { ?s <https://example.org/price> ?price ; "
            "<https://example.org/code> ?code }"
        )
        .rows[0]
    )
    assert row.value("price") == Decimal("1.5")
    assert row.value("code") == "x-1"


def test_yes_and_no(repository: Repository) -> None:
    store = fill(repository)
    assert store.ask("ASK { ?s <https://example.org/size> 3 }")
    assert not store.ask("ASK { ?s <https://example.org/size> 4 }")


def test_a_node_is_described_with_or_without_what_points_to_it(repository: Repository) -> None:
    store = fill(repository)
    assert set(store.describe(EX.s)) == set(TRIPLES)
    assert set(store.describe(EX.s, incoming=True)) == {*TRIPLES, (EX.t, EX.link, EX.s)}


def test_a_triple_in_two_graphs_is_one_in_the_default_graph(home: Home) -> None:
    with home.begin(agent="test", reason="twice") as candidate:
        candidate.replace(G, TRIPLES)
        candidate.replace(H, TRIPLES)
    with home.open() as store:
        assert len(store.select("SELECT * { ?s ?p ?o }")) == len(TRIPLES)
    with home.begin(agent="test", reason="once") as candidate:
        candidate.remove(H)
        assert len(candidate.select("SELECT * { ?s ?p ?o }")) == len(TRIPLES)
    assert home.check(deep=True) == []


def test_a_graph_is_constructed(repository: Repository) -> None:
    store = fill(repository)
    graph = store.construct(
        "CONSTRUCT { ?o ?p ?s } WHERE { ?s ?p ?o FILTER(isIRI(?o)) " + OURS + " }"
    )
    assert set(graph) == {(EX["ünï"], EX.link, EX.s), (EX.s, EX.link, EX.t)}


@pytest.mark.parametrize(
    "media_type",
    [
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
    ],
)
def test_rows_are_written_by_the_engine(repository: Repository, media_type: str) -> None:
    store = fill(repository)
    query = "SELECT ?s { ?s <https://example.org/size> 3 }"
    answer = store.answer(query, media_type)
    assert str(EX.s).encode() in answer
    output = io.BytesIO()
    store.write_answer(query, media_type, output)
    assert output.getvalue() == answer


@pytest.mark.parametrize("media_type", ["text/turtle", "application/n-triples"])
def test_graphs_are_written_by_the_engine(repository: Repository, media_type: str) -> None:
    query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o " + OURS + " }"
    answer = fill(repository).answer(query, media_type)
    graph_format = ox.RdfFormat.from_media_type(media_type)
    assert len(set(ox.parse(answer, format=graph_format))) == len(TRIPLES) + 1


def test_yes_is_written_by_the_engine(repository: Repository) -> None:
    answer = fill(repository).answer("ASK { ?s ?p ?o }", "application/sparql-results+json")
    assert json.loads(answer)["boolean"] is True


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("SELECT ?s { ?s <https://example.org/link> ?o }", {EX.s, EX.t}),
        ("SELECT ?s FROM <https://example.org/h> { ?s <https://example.org/link> ?o }", {EX.t}),
        (
            "SELECT ?s FROM NAMED <https://example.org/g> "
            "{ GRAPH ?g { ?s <https://example.org/link> ?o } }",
            {EX.s},
        ),
        (
            "SELECT ?s FROM NAMED <https://example.org/g> { ?s <https://example.org/link> ?o }",
            set(),
        ),
        ("SELECT ?s { GRAPH ?g { ?s <https://example.org/link> ?o } }", {EX.s, EX.t}),
    ],
    ids=["merge", "FROM", "FROM NAMED", "FROM NAMED alone", "GRAPH"],
)
def test_a_query_sees_the_dataset_it_names(
    repository: Repository, query: str, found: set[URIRef]
) -> None:
    if "FROM" in query:
        skip_where_lacking(repository, Capability.DATASET_CLAUSES)
    assert set(fill(repository).select(query).column("s")) == found


QUERY = "SELECT ?s { ?s <https://example.org/link> ?o }"
IN_GRAPH = "SELECT ?s { GRAPH ?g { ?s <https://example.org/link> ?o } }"


@pytest.mark.parametrize(
    ("query", "default_graphs", "named_graphs", "found"),
    [
        (QUERY, [H], None, {EX.t}),
        (QUERY, [G, H], None, {EX.s, EX.t}),
        (IN_GRAPH, [H], None, set()),
        (QUERY, None, [G], set()),
        (IN_GRAPH, None, [G], {EX.s}),
        (IN_GRAPH, [H], [G], {EX.s}),
    ],
)
def test_dataset_parameters_are_the_whole_dataset(
    repository: Repository,
    query: str,
    default_graphs: list[URIRef] | None,
    named_graphs: list[URIRef] | None,
    found: set[URIRef],
) -> None:
    if query == IN_GRAPH and not named_graphs:
        skip_where_lacking(repository, Capability.DATASET_PARAMETERS)
    table = fill(repository).select(query, default_graphs=default_graphs, named_graphs=named_graphs)
    assert set(table.column("s")) == found


def test_a_candidate_reads_what_it_has_changed(repository: Repository) -> None:
    fill(repository)
    with repository.begin(agent="test", reason="change") as candidate:
        candidate.replace(H, [(EX.u, EX.link, EX.s)])
        assert candidate.select(QUERY + " ORDER BY ?s").column("s") == (EX.s, EX.u)
        assert candidate.changed_graphs() == (H,)
        candidate.replace(H, [(EX.t, EX.link, EX.s)])
        assert candidate.changed_graphs() == ()
        candidate.remove(G)
        assert candidate.graph_names() == (H,)
        assert candidate.describe(EX.s).serialize(format="nt").strip() == ""
    assert repository.open().graph_names() == (H,)


def test_single_quads_are_added_and_discarded(repository: Repository) -> None:
    fill(repository)
    with repository.begin(agent="test", reason="quads") as candidate:
        candidate.add([(EX.u, EX.link, EX.s, H), (EX.u, EX.link, EX.s, EX.new)])
        candidate.discard([(EX.t, EX.link, EX.s, H), (EX.t, EX.link, EX.absent, H)])
        assert candidate.changed_graphs() == (H, EX.new)
    store = repository.open()
    assert set(store.graph(H)) == {(EX.u, EX.link, EX.s)}
    assert store.graph_names() == (G, H, EX.new)


def test_a_graph_emptied_by_quads_is_gone(repository: Repository) -> None:
    fill(repository)
    with repository.begin(agent="test", reason="empty") as candidate:
        candidate.discard([(EX.t, EX.link, EX.s, H)])
    assert repository.open().graph_names() == (G,)


@pytest.mark.parametrize("shape", ["bytes", "file", "blocks"])
def test_n_quads_are_loaded_in_bulk(repository: Repository, shape: str, tmp_path: Path) -> None:
    fill(repository)
    data = "".join(
        f'<{EX}n{i}> <{EX.label}> "number {i} ☃" <{EX}bulk{i % 3}> .\n' for i in range(300)
    ).encode()
    file = tmp_path / "data.nq"
    file.write_bytes(data)
    blocks = [data[start : start + 1001] for start in range(0, len(data), 1001)]
    with repository.begin(agent="test", reason="bulk") as candidate:
        candidate.bulk_load({"bytes": data, "file": file, "blocks": blocks}[shape])
        assert candidate.changed_graphs() == (EX.bulk0, EX.bulk1, EX.bulk2)
    assert len(repository.open().graph(EX.bulk1)) == 100
    assert set(repository.open().graph(G)) == set(TRIPLES)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<a:s> <a:p> .\n", "line"),
        (b"<a:s> <a:p> <a:o> .\n", "named graph"),
        (b"_:x <a:p> <a:o> <a:g> .\n", "blank nodes"),
        (b"<a:s> <a:p> _:x <a:g> .\n", "blank nodes"),
    ],
    ids=["syntax", "default graph", "blank subject", "blank object"],
)
def test_bad_bulk_data_are_refused_and_nothing_is_kept(
    repository: Repository, data: bytes, words: str
) -> None:
    fill(repository)

    def load() -> None:
        with repository.begin(agent="test", reason="bad") as candidate:
            candidate.replace(EX.other, TRIPLES)
            candidate.bulk_load(data)

    with pytest.raises(StoreError, match=words):
        load()
    assert repository.open().graph_names() == (G, H)


def test_a_change_that_raises_leaves_nothing(repository: Repository) -> None:
    fill(repository)

    def fail() -> None:
        with repository.begin(agent="test", reason="fails") as candidate:
            candidate.replace(G, [(EX.x, EX.y, EX.z)])
            candidate.remove(H)
            candidate.add([(EX.x, EX.y, EX.z, EX.new)])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    store = repository.open()
    assert set(store.graph(G)) == set(TRIPLES)
    assert store.graph_names() == (G, H)


@pytest.mark.parametrize(
    "query",
    ["SELECT ?s { ?s ?p ", "INSERT DATA { <a:a> <a:b> <a:c> }", "ASK { ?s ?p ?o }"],
    ids=["syntax", "update", "other form"],
)
def test_a_query_that_is_no_select_gives_no_rows(repository: Repository, query: str) -> None:
    store = fill(repository)
    before = store.graph_names()
    with pytest.raises(QueryError):
        store.select(query)
    assert store.graph_names() == before


def test_each_form_of_query_has_its_method(repository: Repository) -> None:
    store = fill(repository)
    with pytest.raises(QueryError):
        store.ask("SELECT ?s { ?s ?p ?o }")
    with pytest.raises(QueryError):
        store.construct("SELECT ?s { ?s ?p ?o }")
    with pytest.raises(QueryError):
        store.select("CONSTRUCT WHERE { ?s ?p ?o }")


def test_a_media_type_that_does_not_fit_is_refused(repository: Repository) -> None:
    store = fill(repository)
    with pytest.raises((QueryError, StoreError)):
        store.answer("SELECT ?s { ?s ?p ?o }", "text/turtle")
    with pytest.raises((QueryError, StoreError)):
        store.answer("SELECT ?s { ?s ?p ?o }", "image/png")


def test_bad_iris_cannot_smuggle_anything_in(repository: Repository) -> None:
    store = fill(repository)
    bad = URIRef("https://example.org/x> ?p ?o } #")
    with pytest.raises(StoreError):
        store.describe(bad)
    with pytest.raises(StoreError):
        store.graph(bad)
    with (
        pytest.raises(StoreError),
        repository.begin(agent="test", reason="bad") as candidate,
    ):
        candidate.replace(bad, TRIPLES)
    assert repository.open().graph_names() == (G, H)


def test_text_that_looks_like_a_parameter_is_stored_as_it_is(repository: Repository) -> None:
    odd = Literal("$graph $triples } ; DROP ALL")
    with repository.begin(agent="test", reason="odd") as candidate:
        candidate.replace(G, [(EX.s, EX.p, odd)])
        candidate.add([(EX.t, EX.p, odd, G)])
    assert set(repository.open().graph(G)) == {(EX.s, EX.p, odd), (EX.t, EX.p, odd)}
