"""Agreement: how far coders agree beyond chance, field by field and concept by concept."""

from kg.agreement.coefficients import (
    Units,
    cohen_interval,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    observed_agreement,
    pabak,
)
from kg.agreement.comparison import Comparison, Difference, Measure, compare, measure
from kg.agreement.distances import DISTANCES, within_hierarchy
from kg.agreement.intervals import bootstrap_interval
from kg.agreement.pairing import by_id, by_words

__all__ = [
    "DISTANCES",
    "Comparison",
    "Difference",
    "Measure",
    "Units",
    "bootstrap_interval",
    "by_id",
    "by_words",
    "cohen_interval",
    "cohen_kappa",
    "compare",
    "fleiss_kappa",
    "gwet_ac1",
    "krippendorff_alpha",
    "measure",
    "observed_agreement",
    "pabak",
    "within_hierarchy",
]
