"""Triples: a record as the RDF of its named graph, and back without loss.

What carries no meaning in a sheet, the order of claims and of codes within a field, comes back
sorted; what carries meaning (authors, participants, effects) has a position.
"""

from kg.triples.reading import from_graph, natural_order, works
from kg.triples.writing import Triple, record_graph, to_triples

__all__ = ["Triple", "from_graph", "natural_order", "record_graph", "to_triples", "works"]
