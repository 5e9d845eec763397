"""Engines: what is known of those that others operate, and what each cannot do.

An engine that is not here is used by the standards alone. What is said of an engine is what the
tests find (Virtuoso, Oxigraph, our own server) or what its documentation says; docs/engines.md
tells which.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import urlsplit, urlunsplit

from kg.errors import CapabilityError, ConfigurationError
from kg.namespaces import ENGINE_GRAPHS

__all__ = ["ENGINES", "OTHER", "Capability", "Engine", "engine_named", "engine_of", "missing"]


class Capability(StrEnum):
    """What an engine may be unable to do."""

    UPDATE = "update"
    GRAPH_STORE = "graph store"
    VERSIONS = "versions"
    PATCHES = "patches"
    EMPTY_DATASET = "empty dataset"
    DATASET_CLAUSES = "dataset clauses"
    DATASET_PARAMETERS = "dataset parameters"
    BLANK_NODE_LOOKUP = "blank node lookup"
    LEXICAL_FORMS = "lexical forms"
    UNBOUND_UPDATES = "unbound updates"


_REASONS: Mapping[Capability, str] = MappingProxyType(
    {
        Capability.UPDATE: "no address for SPARQL updates is set; set update_url, which is the "
        "setting store_update",
        Capability.GRAPH_STORE: "no address for the Graph Store Protocol is set; set "
        "graph_store_url, which is the setting store_graphs",
        Capability.VERSIONS: "an endpoint keeps no versions but the newest; use a home for that",
        Capability.PATCHES: "an endpoint keeps no patches; use a home for that",
        Capability.EMPTY_DATASET: "the protocol has no way to name no graph; name one, or no "
        "dataset",
        Capability.BLANK_NODE_LOOKUP: "blank nodes have no name in SPARQL; ask by what points to "
        "them",
        Capability.UNBOUND_UPDATES: "an engine can put back only what was read before; name each "
        "graph that is written to, also where something is deleted, for the default graph is the "
        "union of all",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """An engine: where it listens, how it knows its users, and what it lacks.

    The addresses of updates and of graphs are given from that of queries: a path that begins with
    a slash takes the place of the whole path, another one that of its last part.
    `limits` are words in its refusals, each with what its operator has to do.
    """

    name: str
    server: str = ""  # how its header Server begins
    update: str | None = None
    graph_store: str | None = None
    authentication: str = "basic"
    lacks: frozenset[Capability] = frozenset()
    own_graphs: tuple[str, ...] = ()
    limits: Mapping[str, str] = field(default_factory=dict)

    def beside(self, query_url: str, place: str | None) -> str | None:
        """Return the address of something else that the engine offers.

        >>> ENGINES["virtuoso"].beside("http://localhost:8890/sparql", "/sparql-auth")
        'http://localhost:8890/sparql-auth'
        >>> ENGINES["oxigraph"].beside("http://localhost/db/query", "store")
        'http://localhost/db/store'
        """
        if place is None:
            return None
        parts = urlsplit(query_url)
        if place.startswith("/"):
            path = place
        elif place.startswith("+"):
            path = parts.path.rstrip("/") + place[1:]
        else:
            path = parts.path.rpartition("/")[0] + "/" + place
        return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


OTHER = Engine(name="other")

_VIRTUOSO_LIMITS = {
    "SR353": "raise MaxSortedTopRows in its ini file, section Parameters",
    "SQ200": "raise MaxMemPoolSize in its ini file, section Parameters",
    "S1TAT": "unset MaxQueryExecutionTime in its ini file, for an answer is whole or an error",
}

ENGINES: Mapping[str, Engine] = MappingProxyType(
    {
        engine.name: engine
        for engine in (
            Engine(
                name="virtuoso",
                server="Virtuoso",
                update="/sparql-auth",
                graph_store="/sparql-graph-crud-auth",
                authentication="digest",
                lacks=frozenset({Capability.DATASET_PARAMETERS, Capability.LEXICAL_FORMS}),
                own_graphs=ENGINE_GRAPHS,
                limits=MappingProxyType(_VIRTUOSO_LIMITS),
            ),
            Engine(
                name="oxigraph",
                server="oxigraph",
                update="update",
                graph_store="store",
                lacks=frozenset({Capability.DATASET_CLAUSES}),
            ),
            Engine(name="cove", update="update", graph_store="data", authentication="bearer"),
            Engine(name="graphdb", update="+/statements", graph_store="+/rdf-graphs/service"),
            Engine(name="stardog", update="update", graph_store=""),
            Engine(name="neptune", update="sparql", graph_store="sparql/gsp/"),
            Engine(name="qlever", update="+", authentication="bearer"),
            OTHER,
        )
    }
)


def engine_named(name: str) -> Engine:
    """Look an engine up by its name."""
    try:
        return ENGINES[name]
    except KeyError:
        names = ", ".join(ENGINES)
        raise ConfigurationError(f"no engine {name!r} is known; choose from {names}") from None


def engine_of(server: str) -> Engine:
    """Tell an engine by the header Server of its answers.

    >>> engine_of("Virtuoso/07.20.3229 (Linux)").name, engine_of("nginx").name
    ('virtuoso', 'other')
    """
    for engine in ENGINES.values():
        if engine.server and server.casefold().startswith(engine.server.casefold()):
            return engine
    return OTHER


def missing(attempt: str, capability: Capability) -> CapabilityError:
    """Return the error that says what cannot be done, and why."""
    reason = _REASONS.get(capability, "the engine cannot do it; see docs/engines.md")
    return CapabilityError(f"cannot {attempt}: {reason}", capability=capability)
