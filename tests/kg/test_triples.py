"""A record becomes the triples of its graph, and comes back whole."""

import pytest
from msgspec.structs import replace
from rdflib import Graph, Literal

from kg.errors import CodeError, SourceError
from kg.identifiers import mint, proposition_iri
from kg.namespaces import COVE, RDF
from kg.records import (
    Author,
    Case,
    Claim,
    ClaimLink,
    Effect,
    Participant,
    Process,
    ReportedLink,
    Study,
    Work,
)
from kg.triples import from_graph, to_triples, works

MADE = Work(
    id="made-2020-record",
    doi="10.1234/made#%3c1>",
    type="article-journal",
    title="Made record",
    authors=(Author(family="Made", given="A."), Author(literal="Made Body")),
    authors_incomplete=True,
    year=2020,
    volume="023",
    language="nl",
    read_at="https://example.org/made",
    read_level="abstract",
    study=Study(design="survey", methods=("interviews", "survey"), participants=0),
    cases=(
        Case(
            id="1",
            name="Made case",
            countries=("BE", "NL"),
            sector="health-care",
            service="made service",
            organisation="made organisation",
            start=2015,
            end=2016,
            processes=(
                Process(
                    id="1",
                    label="made process",
                    phase=("co-delivery", "use"),
                    embedding="not-reported",
                    participants=(
                        Participant(role="patient", side="lay", volition="mandated"),
                        Participant(role="manager", side="regular"),
                        Participant(role="citizen", side="lay", volition="voluntary"),
                    ),
                    has=("f-regular-producer",),
                    lacks=("f-voluntary",),
                ),
            ),
        ),
    ),
    claims=(
        Claim(
            id="1",
            case="1",
            process="1",
            kind="empirical-finding",
            statement="A made claim about a made process, for this test only.",
            subject="co-production",
            object_="trust",
            relation="causes",
            direction="decreases",
            size="weak",
            hedged=True,
            effects=(
                Effect(direction="destroys", holder="service-user", dimension="trust"),
                Effect(direction="creates", holder="organisation"),
            ),
            strength="quantitative",
            effect="d=0.31",
            locator="abstract",
            links=(ClaimLink(to="made-2019#2", type="fails-to-replicate"),),
        ),
        Claim(
            id="2",
            kind="theoretical-proposition",
            statement="A made claim that a third concept mediates a made link.",
            subject="reciprocity",
            object_="trust",
            relation="mediates",
            direction="increases",
            link=ReportedLink(from_="co-production", to="trust"),
            strength="argued",
            locator="p. 2",
        ),
        Claim(
            id="10",
            kind="definition",
            statement="A made definition with two required features.",
            subject="co-production",
            object_="co-production",
            relation="defines",
            direction="none",
            strength="argued",
            locator="p. 1",
            requires=("f-outside-input", "f-voluntary"),
        ),
    ),
    cites=("10.1234/other?x=1",),
    note="Made for a test.",
)


def graph_of(work: Work) -> Graph:
    graph = Graph()
    for triple in to_triples(work):
        graph.add(triple)
    return graph


def test_a_record_with_every_kind_of_field_comes_back_equal() -> None:
    graph = graph_of(MADE)
    assert works(graph) == (mint("work", MADE.id),)
    assert from_graph(graph, mint("work", MADE.id)) == MADE


def test_a_field_that_the_sheet_leaves_out_makes_no_triple() -> None:
    graph = graph_of(MADE)
    second = mint("involvement", MADE.id, "1", "1", 2)
    assert graph.value(second, COVE.hasVolition) is None
    assert graph.value(mint("claim", MADE.id, "2"), COVE.hedged) is None


def test_zero_is_a_value_and_not_an_absence() -> None:
    assert (mint("study", MADE.id), COVE.participants, Literal(0)) in graph_of(MADE)


def test_a_direction_becomes_a_stance_on_the_shared_proposition() -> None:
    graph = graph_of(MADE)
    proposition = proposition_iri("co-production", "trust")
    assert (mint("claim", MADE.id, "1"), COVE.denies, proposition) in graph
    assert (proposition, RDF.type, COVE.Proposition) in graph


def test_a_mediated_link_is_another_proposition_than_the_plain_one() -> None:
    graph = graph_of(MADE)
    mediated = proposition_iri("co-production", "trust", role="mediated", through="reciprocity")
    assert (mint("claim", MADE.id, "2"), COVE.affirms, mediated) in graph
    assert mediated != proposition_iri("co-production", "trust")


def test_an_unknown_code_is_refused_with_the_nearest() -> None:
    with pytest.raises(CodeError, match="health-care"):
        graph_of(replace(MADE, cases=(replace(MADE.cases[0], sector="helth-care"),)))


def test_a_gap_in_the_graph_is_named() -> None:
    graph = graph_of(MADE)
    graph.remove((None, COVE.year, None))
    with pytest.raises(SourceError, match="year"):
        from_graph(graph, mint("work", MADE.id))


def test_two_values_where_the_sheet_has_one_are_refused() -> None:
    graph = graph_of(MADE)
    graph.add((mint("work", MADE.id), COVE.year, Literal(2021)))
    with pytest.raises(SourceError, match="2 values of year"):
        from_graph(graph, mint("work", MADE.id))
