"""Ingest: the one place that knows the order, read, triples, entail, validate, commit."""

from kg.ingest.bulk import import_many
from kg.ingest.crews import Crew, cluster, processes
from kg.ingest.files import build_dataset, corpus, import_files, load_file, validate_files
from kg.ingest.graphs import MOST_DIGESTED, Mode, Written, apply_update, write_graph
from kg.ingest.inference import entailer
from kg.ingest.kinds import GraphKind, kind_of_graph
from kg.ingest.outcomes import Outcome, Progress, Refusal
from kg.ingest.publication import publish_records

__all__ = [
    "MOST_DIGESTED",
    "Crew",
    "GraphKind",
    "Mode",
    "Outcome",
    "Progress",
    "Refusal",
    "Written",
    "apply_update",
    "build_dataset",
    "cluster",
    "corpus",
    "entailer",
    "import_files",
    "import_many",
    "kind_of_graph",
    "load_file",
    "processes",
    "publish_records",
    "validate_files",
    "write_graph",
]
