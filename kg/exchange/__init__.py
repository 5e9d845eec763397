"""Exchange: coded works in the formats of other tools for reviews and for qualitative analysis."""

from kg.exchange.eppi import write_eppi
from kg.exchange.refi import Coded, Passage, write_codebook, write_project

__all__ = ["Coded", "Passage", "write_codebook", "write_eppi", "write_project"]
