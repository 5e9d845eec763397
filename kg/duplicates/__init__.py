"""Duplicates: which references are of one work, merged field by field, and split again.

bib-dedupe says what is alike; a person may say otherwise. The originals are never changed, so that
whatever was merged can be taken apart.
"""

from kg.duplicates.clusters import Cluster, Decision, Findings, Pair, clusters_of
from kg.duplicates.finding import examine, find_duplicates
from kg.duplicates.merging import Merged, merge, once, split

__all__ = [
    "Cluster",
    "Decision",
    "Findings",
    "Merged",
    "Pair",
    "clusters_of",
    "examine",
    "find_duplicates",
    "merge",
    "once",
    "split",
]
