"""The SHACL engines: a table from name to a function that compiles shapes.

`pyshacl` is the reference, `pyshacl_turbo` the fast one; they give the same report.
Neither may meet a stranger's data inside the web process: validation has no time limit of its own
(patterns, paths and SPARQL constraints can be made to run long), so it belongs in a worker that
can be ended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import pyoxigraph as ox
import pyshacl
import pyshacl_turbo
from rdflib import Graph

from kg.errors import OntologyError

__all__ = ["DEFAULT_ENGINE", "ENGINES", "Data", "Validate"]

Data = Graph | ox.Store
"""What is validated; of a store the union of all its graphs."""

Validate = Callable[[Data], Graph]
"""Validates data against shapes that are compiled already; gives a `sh:ValidationReport`."""

DEFAULT_ENGINE = "pyshacl_turbo"


def _pyshacl(shapes: Graph) -> Validate:
    def validate(data: Data) -> Graph:
        try:
            _, report, text = pyshacl.validate(_union(data), shacl_graph=shapes, inplace=True)
        except RuntimeError as error:
            raise _unusable(str(error)) from error
        return _checked(report, text)

    return validate


def _pyshacl_turbo(shapes: Graph) -> Validate:
    try:
        compiled = pyshacl_turbo.compile_shapes(shapes)  # type: ignore[no-untyped-call]  # no types
    except (ValueError, RuntimeError) as error:
        raise _unusable(str(error)) from error

    def validate(data: Data) -> Graph:
        _, report, text = compiled.validate(data)
        return _checked(report, text)

    return validate


ENGINES: Mapping[str, Callable[[Graph], Validate]] = MappingProxyType(
    {"pyshacl": _pyshacl, "pyshacl_turbo": _pyshacl_turbo}
)


def _checked(report: object, text: str) -> Graph:
    # Both engines return a failure in the place of the report instead of raising it.
    if not isinstance(report, Graph):
        raise _unusable(text)
    return report


def _unusable(why: str) -> OntologyError:
    return OntologyError(f"the shapes cannot be evaluated: {why}; correct the shapes")


def _union(data: Data) -> Graph:
    if isinstance(data, Graph):
        return data
    graph = Graph()
    triples = {quad.triple for quad in data}
    graph.parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")
    return graph
