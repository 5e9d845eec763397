"""Harvest: works of OpenAlex at its source, found by search strings, beside the evidence.

What is harvested is a bibliography and no evidence: each work is a named graph of its own, and the
concepts that its words name are suggestions in another, for a coder to look at.
"""

from kg.harvest.harvesting import Harvest, harvest
from kg.harvest.searching import SearchString, search_for_concepts

__all__ = ["Harvest", "SearchString", "harvest", "search_for_concepts"]
