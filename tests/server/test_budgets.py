"""Budgets: what one client may use in a minute."""

from __future__ import annotations

import pytest

from server.budgets import Budgets
from server.problems import ProblemError


class Clock:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_processor_time_is_charged_and_comes_back_over_a_minute() -> None:
    clock = Clock()
    budgets = Budgets(seconds=10, errors=5, at_once=2, clock=clock)
    budgets.begin("a")
    budgets.end("a", seconds=15)
    with pytest.raises(ProblemError) as caught:
        budgets.begin("a")
    assert caught.value.kind == "budget-spent"
    assert caught.value.retry_after == 36
    budgets.begin("b")
    clock.now += 36
    budgets.begin("a")


def test_errors_are_charged() -> None:
    budgets = Budgets(seconds=10, errors=2, at_once=9, clock=Clock())
    for _ in range(2):
        budgets.begin("a")
        budgets.end("a", is_error=True)
    with pytest.raises(ProblemError, match="2 errors"):
        budgets.begin("a")


def test_a_client_may_run_so_many_queries_at_once() -> None:
    budgets = Budgets(seconds=10, errors=2, at_once=2, clock=Clock())
    budgets.begin("a")
    budgets.begin("a")
    with pytest.raises(ProblemError, match="2 queries running"):
        budgets.begin("a")
    budgets.end("a")
    budgets.begin("a")


def test_a_flood_of_clients_does_not_make_the_accounts_grow_for_ever() -> None:
    budgets = Budgets(seconds=10, errors=2, at_once=2, clock=Clock())
    budgets.begin("who stays")
    for number in range(10_500):
        budgets.begin(str(number))
        budgets.end(str(number))
    assert len(budgets) <= 10_001
    budgets.begin("who stays")
    with pytest.raises(ProblemError):
        budgets.begin("who stays")
