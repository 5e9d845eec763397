from __future__ import annotations

from collections.abc import Mapping

import pytest

from kg.dataset import Dataset
from kg.errors import QueryError
from kg.synthesis import sign_test, synthesise, votes_of, wilson_interval


def _row(work: str, claim: str, direction: str, outcome: str = "Trust") -> Mapping[str, object]:
    return {
        "work": work,
        "workLabel": work.title(),
        "claim": f"{work}/{claim}",
        "direction": direction,
        "outcomeLabel": outcome,
        "design": "Survey",
        "participants": 100,
    }


# Thomson and Hilton Boon's re-analysis of the housing review prints the first two.
@pytest.mark.parametrize(
    ("successes", "trials", "p_value"),
    [(9, 9, 0.0039), (5, 6, 0.2188), (12, 15, 0.0352), (4, 6, 0.6875), (6, 6, 0.0313), (3, 6, 1.0)],
)
def test_sign_test_gives_the_published_p_values(
    successes: int, trials: int, p_value: float
) -> None:
    assert sign_test(successes, trials) == pytest.approx(p_value, abs=6e-5)
    assert sign_test(trials - successes, trials) == pytest.approx(p_value, abs=6e-5)


def test_wilson_interval_stays_within_zero_and_one() -> None:
    assert wilson_interval(9, 9) == pytest.approx((0.7009, 1.0), abs=1e-4)
    assert wilson_interval(0, 9) == pytest.approx((0.0, 0.2991), abs=1e-4)
    assert wilson_interval(5, 6) == pytest.approx((0.4365, 0.9699), abs=1e-4)


@pytest.mark.parametrize(("successes", "trials"), [(0, 0), (3, 2), (-1, 2)])
def test_impossible_counts_are_refused(successes: int, trials: int) -> None:
    with pytest.raises(QueryError, match="give a count from 0"):
        sign_test(successes, trials)


def test_a_study_votes_once_by_the_share_of_its_claims() -> None:
    rows = [_row("a", str(n), "increases") for n in range(3)] + [_row("a", "9", "decreases")]
    assert [vote.direction for vote in votes_of(rows)] == ["increases"]  # 75 % of four claims
    assert [vote.direction for vote in votes_of(rows, share=0.8)] == ["mixed"]
    assert votes_of(rows)[0].claims == 4


def test_a_claim_listed_twice_has_one_say() -> None:
    rows = [_row("a", "1", "increases"), _row("a", "1", "increases"), _row("a", "2", "decreases")]
    assert votes_of(rows)[0].direction == "mixed"


def test_a_share_that_lets_two_directions_win_is_refused() -> None:
    with pytest.raises(QueryError, match=r"more than \.5"):
        votes_of([], share=0.5)


def test_mixed_and_null_votes_are_told_but_not_tested() -> None:
    rows = [
        _row("a", "1", "increases"),
        _row("b", "1", "no-effect"),
        _row("c", "1", "mixed"),
        _row("d", "1", "decreases"),
    ]
    (one,) = synthesise(votes_of(rows))
    assert one.counts == {"increases": 1, "decreases": 1, "mixed": 1, "no-effect": 1}
    assert (one.tested, one.p_value, one.proportion) == (2, 1.0, 0.5)
    assert any("2 studies are mixed or found no effect" in caveat for caveat in one.caveats)
    assert any("fewer than 6" in caveat for caveat in one.caveats)


def test_an_outcome_without_a_clear_direction_has_no_test() -> None:
    (one,) = synthesise(votes_of([_row("a", "1", "no-effect")]))
    assert (one.tested, one.p_value, one.interval) == (0, None, None)


def test_the_corpus_votes_as_its_sheets_say(dataset: Dataset) -> None:
    answer = dataset.question("outcome-directions", subject="co-production")
    votes = votes_of(answer.rows)
    assert len({(vote.study, vote.outcome) for vote in votes}) == len(votes) > 20
    assert sum(sum(one.counts.values()) for one in synthesise(votes)) == len(votes)
