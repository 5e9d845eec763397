"""Coefficients are exact on published examples, and say None where they are not defined."""

from __future__ import annotations

import pytest

from kg.agreement import (
    bootstrap_interval,
    cohen_interval,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    observed_agreement,
    pabak,
)
from kg.errors import ParameterError

_ = None
# Krippendorff's example of four coders and twelve units, with ratings missing.
KRIPPENDORFF = list(
    zip(
        (1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _),
        (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3),
        (_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _),
        (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _),
        strict=True,
    )
)
# Fleiss' example of fourteen raters and ten units: how many chose each of five categories.
FLEISS = (
    (0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0), (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7),
)  # fmt: skip
COHEN = [("a", "a")] * 20 + [("a", "b")] * 5 + [("b", "a")] * 10 + [("b", "b")] * 15
# 200 records of which two coders both include 2, and each includes 3 that the other does not
RARE = [("in", "in")] * 2 + [("in", "out")] * 3 + [("out", "in")] * 3 + [("out", "out")] * 192


@pytest.mark.parametrize(
    ("level", "expected"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_alpha_of_krippendorffs_example(level: str, expected: float) -> None:
    assert round(krippendorff_alpha(KRIPPENDORFF, level=level) or 0, 3) == expected


def test_kappa_of_fleiss_example() -> None:
    units = [[code for code, times in enumerate(row) for _ in range(times)] for row in FLEISS]
    assert round(fleiss_kappa(units) or 0, 3) == 0.210


def test_kappa_of_two_coders_and_its_interval() -> None:
    assert round(cohen_kappa(COHEN) or 0, 3) == 0.4
    assert [round(bound, 3) for bound in cohen_interval(COHEN) or ()] == [0.151, 0.649]


def test_rare_categories_bend_kappa_and_not_ac1() -> None:
    found = observed_agreement(RARE), cohen_kappa(RARE), gwet_ac1(RARE), pabak(RARE)
    assert [round(one or 0, 3) for one in found] == [0.97, 0.385, 0.968, 0.94]


@pytest.mark.parametrize("units", [[], [(1, None)], [(1, 1), (1, 1)]])
def test_alpha_without_variation_is_not_defined(units: list[tuple[int | None, ...]]) -> None:
    assert krippendorff_alpha(units) is None


def test_a_unit_that_one_coder_rated_counts_for_nobody() -> None:
    assert krippendorff_alpha([*COHEN, ("a", None), (None, "b")]) == krippendorff_alpha(COHEN)


def test_a_concept_of_the_same_branch_is_half_an_agreement() -> None:
    near = [("agenda-control", "power-asymmetry"), ("trust", "trust")]
    far = [("agenda-control", "burnout"), ("trust", "trust")]
    alphas = [krippendorff_alpha(units, level="hierarchical") or 0 for units in (near, far)]
    assert alphas[0] > alphas[1]


def test_sets_that_overlap_agree_in_part() -> None:
    pairs = (("ab", "ab"), ("abc", "ab"), ("d", "d"), ("de", "e"))
    units = [(frozenset(one), frozenset(other)) for one, other in pairs]
    masi, jaccard = (krippendorff_alpha(units, level=level) for level in ("masi", "jaccard"))
    assert masi is not None
    assert jaccard is not None
    assert masi < jaccard < 1


def test_the_seed_fixes_the_interval() -> None:
    intervals = [bootstrap_interval(COHEN, cohen_kappa, samples=200, seed=s) for s in (1, 1, 2)]
    assert intervals[0] == intervals[1] != intervals[2]
    low, high = intervals[0] or (1, 0)
    assert low < 0.4 < high


def test_an_unknown_level_is_refused_with_the_known() -> None:
    with pytest.raises(ParameterError, match="choose one of ordinal, nominal"):
        krippendorff_alpha(COHEN, level="nominl")
