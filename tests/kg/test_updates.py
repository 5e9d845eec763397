"""An update is split into steps in which every write names its graph."""

from __future__ import annotations

import pytest

from kg.errors import QueryError
from kg.updates import MOST_STEPS, update_steps

HERE = "https://example.org/here"


def steps(update: str, **datasets: list[str]) -> tuple[str, ...]:
    return tuple(step.text for step in update_steps(update, unnamed=HERE, **datasets))


@pytest.mark.parametrize(
    ("update", "wanted"),
    [
        ("INSERT DATA { <a:s> <a:p> 1 }", f"INSERT DATA {{ GRAPH <{HERE}> {{ <a:s> <a:p> 1 }} }}"),
        (
            "INSERT DATA { <a:s> <a:p> 1 . GRAPH <a:g> { <a:s> <a:p> 2 } . <a:s> <a:p> 3 }",
            f"INSERT DATA {{ GRAPH <{HERE}> {{ <a:s> <a:p> 1 . }} GRAPH <a:g> {{ <a:s> <a:p> 2 }} "
            f". GRAPH <{HERE}> {{ <a:s> <a:p> 3 }} }}",
        ),
        (
            "DELETE DATA { <a:s> <a:p> 1 }",
            f"DELETE DATA {{ <a:s> <a:p> 1 GRAPH <{HERE}> {{ <a:s> <a:p> 1 }} }}",
        ),
        (
            "DELETE WHERE { ?s ?p ?o }",
            f"DELETE  {{ ?s ?p ?o GRAPH <{HERE}> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}",
        ),
        ("WITH <a:g> INSERT { ?s ?p 1 } WHERE { ?s ?p 2 }", None),
        ("INSERT DATA { GRAPH <a:g> { <a:s> <a:p> '''; } GRAPH''' } } # ; }", None),
        ("DROP SILENT DEFAULT", f"DROP SILENT GRAPH <{HERE}>"),
        ("CLEAR DEFAULT", f"CLEAR SILENT GRAPH <{HERE}>"),
        ("COPY DEFAULT TO <a:g>", f"COPY GRAPH <{HERE}> TO <a:g>"),
        ("CLEAR ALL", "CLEAR NAMED"),
        ("CREATE GRAPH <a:DEFAULT>", None),
    ],
)
def test_what_is_written_names_its_graph(update: str, wanted: str | None) -> None:
    assert steps(update) == (wanted or update,)


def test_an_operation_with_a_pattern_begins_a_step_and_keeps_its_place() -> None:
    update = (
        "PREFIX e: <a:>\nINSERT DATA { GRAPH e:g { e:s e:p 1 } } ; CLEAR GRAPH e:h;\n"
        "DELETE WHERE { GRAPH e:g { ?s ?p ?o } }"
    )
    first, second = steps(update)
    assert first == update[: len(first)]
    assert first.endswith("e:h;")
    assert second.startswith("PREFIX e: <a:>\n ")
    assert second.index("\nDELETE") == update.index("\nDELETE")
    assert "INSERT" not in second
    assert "CLEAR" not in second


def test_the_graphs_of_the_request_become_the_dataset_of_each_pattern() -> None:
    update = "INSERT { GRAPH <a:g> { ?s ?p 1 } } WHERE { ?s ?p 2 }"
    (step,) = steps(update, default_graphs=["a:d"], named_graphs=["a:n"])
    assert "USING <a:d> USING NAMED <a:n> WHERE { ?s ?p 2 }" in step


@pytest.mark.parametrize(
    "update",
    [
        "WITH <a:g> DELETE { ?s ?p 1 } WHERE { ?s ?p 1 }",
        "DELETE { GRAPH <a:g> { ?s ?p 1 } } USING <a:g> WHERE { ?s ?p 1 }",
        "DELETE { GRAPH <a:g> { ?s ?p 1 } }USINGNAMED<a:g>WHERE { ?s ?p 1 }",
        "DELETE { GRAPH <a:g> { ?s ?p 1 } }USING:g WHERE { ?s ?p 1 }",
    ],
)
def test_a_dataset_in_request_and_update_is_refused(update: str) -> None:
    with pytest.raises(QueryError, match="in one place"):
        steps(update, default_graphs=["a:d"])


@pytest.mark.parametrize(
    "update",
    [
        "LOAD <http://127.0.0.1/>",
        "load silent <file:///etc/passwd> INTO GRAPH <a:g>",
        "PREFIX e: <a:> # LOAD\nLOAD e:x",
        "INSERT DATA {} ; LOAD <a:b>",
        "LOADSILENT<a:b>",
        "LOAD:x",
        "BASE <a:> LOAD<b>",
        "\\u004COAD <a:b>",
        "CLEAR DEFAULTS",
        "COPYDEFAULT TO <a:b>",
        "INSERTDATA { <a:s> <a:p> 1 }",
        "INSERT DATA { GRAPH:g { <a:s> <a:p> 1 } }",
        "INSERT DATA { { <a:s> <a:p> 1 } }",
        "INSERT DATA { <a:s> <a:p> 1",
        "ASK {}",
        "INSERT DATA { <a:s> <a:p> 'x } ; LOAD <a:b>",
    ],
)
def test_what_is_no_plain_update_is_refused_with_its_place(update: str) -> None:
    with pytest.raises(QueryError) as refusal:
        steps(update)
    assert refusal.value.line is not None


def test_a_graph_that_is_no_iri_is_refused() -> None:
    with pytest.raises(QueryError, match="no IRI"):
        steps("CLEAR ALL", default_graphs=["a:b> CLEAR ALL ; <"])


def test_an_update_of_too_many_steps_is_refused() -> None:
    one = "DELETE WHERE { GRAPH <a:g> { ?s ?p ?o } };"
    assert len(steps(one * MOST_STEPS)) == MOST_STEPS
    with pytest.raises(QueryError, match="in parts"):
        steps(one * (MOST_STEPS + 1))


@pytest.mark.parametrize(
    ("update", "graphs"),
    [
        ("INSERT DATA { <a:s> <a:p> 1 }", set()),
        ("PREFIX e: <a:>\nINSERT DATA { GRAPH e:g\\~ { e:s e:p 1 } }", {"a:g~"}),
        ("BASE <http://a/b/> WITH <../c> DELETE { ?s ?p 1 } WHERE { ?s ?p 1 }", {"http://a/c"}),
        ("WITH <g> DELETE { ?s ?p 1 } WHERE { ?s ?p 1 }", {"http://base/g"}),
        ("WITH <a:g> DELETE { GRAPH <a:h> { ?s ?p 1 } } WHERE { ?s ?p 1 }", {"a:g", "a:h"}),
        ("MOVE <a:\\u0067> TO DEFAULT", {"a:g"}),
        ("COPY <a:g> TO <a:h>", {"a:h"}),
        ("ADD SILENT GRAPH <a:g> TO GRAPH <a:h>", {"a:h"}),
        ("DELETE WHERE { GRAPH <a:g> { ?s ?p 1 } GRAPH <a:h> { ?s ?p 1 } }", {"a:g", "a:h"}),
        ("DELETE { GRAPH ?g { ?s ?p 1 } } USING <a:g> WHERE { ?s ?p 1, ?g }", None),
        ("INSERT { GRAPH ?g { ?s ?p 1 } } WHERE { ?s ?p 2 BIND (UUID() AS ?g) }", None),
        ("DELETE { GRAPH ?g { ?s ?p 1 } } WHERE { { SELECT * { ?s ?p ?g } LIMIT 1 } }", None),
        ("WITH <a:g> INSERT { GRAPH ?g { ?s ?p 1 } } WHERE { GRAPH ?g { ?s ?p 2 } }", None),
        ("CLEAR ALL", None),
        ("CLEAR NAMED", None),
        ("CLEAR GRAPH e:g", None),
    ],
)
def test_a_step_tells_the_graphs_that_it_may_change(update: str, graphs: set[str] | None) -> None:
    (step,) = update_steps(update, unnamed=HERE, base="http://base/")
    assert step.graphs == (None if graphs is None else {HERE, *graphs})


@pytest.mark.parametrize(
    ("update", "graphs", "finding"),
    [
        (
            "DELETE WHERE { GRAPH ?g { ?s ?p 1 } GRAPH <a:h> { ?s ?p 2 } }",
            {"a:h"},
            "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p 1 } GRAPH <a:h> { ?s ?p 2 } }",
        ),
        (
            "PREFIX e: <a:> DELETE { GRAPH ?g { ?s e:p 1 } } INSERT { GRAPH $h { ?s e:p 2 } "
            "GRAPH ?g { ?s e:q 3 } } WHERE { GRAPH ?g { ?s e:p 1 ; e:to ?h } }",
            set(),
            "SELECT DISTINCT ?g ?h WHERE { GRAPH ?g { ?s e:p 1 ; e:to ?h } }",
        ),
    ],
)
def test_a_step_tells_how_further_graphs_are_found(
    update: str, graphs: set[str], finding: str
) -> None:
    (step,) = update_steps(update, unnamed=HERE)
    assert step.graphs == {HERE, *graphs}
    assert step.finding is not None
    assert step.finding.endswith(finding)
    assert ("PREFIX e: <a:>" in step.finding) == ("PREFIX" in update)


def test_nothing_is_no_step() -> None:
    assert steps(" # nothing\n") == ()
