"""What one client may use in a minute."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from server.problems import ProblemError

__all__ = ["Budgets"]

_MINUTE = 60.0
_MOST_CLIENTS = 10_000


@dataclass(slots=True)
class _Account:
    """What a client has left, as of a moment; it fills up again over a minute."""

    seconds: float
    errors: float
    asked: float = field(default_factory=time.monotonic)
    running: int = 0


class Budgets:
    """Token buckets on processor time and on errors, and a count of what runs, for each client."""

    def __init__(
        self,
        *,
        seconds: float,
        errors: float,
        at_once: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds = seconds
        self._errors = errors
        self._at_once = at_once
        self._clock = clock
        self._accounts: OrderedDict[str, _Account] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Count the clients."""
        return len(self._accounts)

    def begin(self, client: str) -> None:
        """Let a client run one more query, or raise ProblemError with when to come back."""
        with self._lock:
            account = self._account(client)
            if account.running >= self._at_once:
                message = f"You have {account.running} queries running; wait for one to end."
                raise ProblemError("budget-spent", message, retry_after=1)
            for what, left, budget in (
                ("seconds of processing", account.seconds, self._seconds),
                ("errors", account.errors, self._errors),
            ):
                if left <= 0:
                    wait = math.ceil((1 - left) / budget * _MINUTE)
                    message = f"You have used the {budget:g} {what} that a client has in a minute"
                    raise ProblemError(
                        "budget-spent", f"{message}; come back in {wait} s.", retry_after=wait
                    )
            account.running += 1

    def end(self, client: str, *, seconds: float = 0, is_error: bool = False) -> None:
        """Charge a client for what a query used."""
        with self._lock:
            account = self._account(client)
            account.running -= 1
            account.seconds -= seconds
            account.errors -= is_error

    def _account(self, client: str) -> _Account:
        now = self._clock()
        account = self._accounts.get(client)
        if account is None:
            account = self._accounts[client] = _Account(self._seconds, self._errors, now)
        self._accounts.move_to_end(client)
        share = (now - account.asked) / _MINUTE
        account.seconds = min(self._seconds, account.seconds + share * self._seconds)
        account.errors = min(self._errors, account.errors + share * self._errors)
        account.asked = now
        if len(self._accounts) > _MOST_CLIENTS:
            self._forget()
        return account

    def _forget(self) -> None:
        """Drop the oldest account that nothing runs for."""
        for client, account in self._accounts.items():
            if not account.running:
                del self._accounts[client]
                return
