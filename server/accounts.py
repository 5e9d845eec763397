"""Who may write: the bearer of a token, each attempt on record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from kg.accounts import Account, Accounts, Role
from kg.audit import Entry, record
from server.admission import AdmissionError
from server.answering import Answering
from server.orders import Done
from server.problems import ProblemError
from server.replies import asker

__all__ = ["Attempt", "attempt", "authorised", "holds_token"]

_SECRETS = ("access_token", "token")


@dataclass(slots=True)
class Attempt:
    """One attempt to write, and what became of it."""

    what: str
    account: Account | None = None
    done: Done | None = None
    outcome: str | None = None  # of what is no write

    @property
    def agent(self) -> str:
        """Whom the version is attributed to."""
        return self.account.name if self.account else "unknown"


def authorised(role: Role) -> Account:
    """Return the account whose token came with the request, if its role allows this.

    Raise ProblemError otherwise, in a way that tells nothing of the accounts there are.
    """
    account = _identified()
    _check(account, role)
    return account


def _identified() -> Account:
    if any(name in request.args for name in _SECRETS):
        message = (
            "A token in an address ends up in logs; revoke it, and send the new one in the header "
            "Authorization."
        )
        raise ProblemError("malformed-request", message)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not scheme:
        message = "Send a token as Authorization: Bearer TOKEN; cove token create makes one."
        raise _unauthorised(message)
    accounts: Accounts = current_app.extensions["accounts"]
    account = accounts.holder(token.strip()) if scheme.lower() == "bearer" else None
    if account is None:
        message = "The token is not known, or holds no more; ask for another."
        raise _unauthorised(message, error="invalid_token")
    return account


def _check(account: Account, role: Role) -> None:
    if not account.role.includes(role):
        raise ProblemError(
            "forbidden",
            f"The token is that of a {account.role.value}; this asks for a {role.value}.",
            headers={"WWW-Authenticate": _challenge("insufficient_scope")},
        )


def holds_token(accounts: Accounts, authorization: str) -> bool:
    """Tell whether a header has a token of somebody, before anything else is read."""
    scheme, _, token = authorization.partition(" ")
    return scheme.lower() == "bearer" and accounts.holder(token.strip()) is not None


@contextmanager
def attempt(role: Role, what: str) -> Iterator[Attempt]:
    """Let who may write try to, within the client's budget, and put on record what became of it."""
    answering: Answering = current_app.extensions["answering"]
    client = asker().client
    answering.budgets.begin(client)
    trying = Attempt(what)
    outcome, detail, is_error = "internal-error", "", True
    try:
        trying.account = _identified()
        _check(trying.account, role)
        yield trying
        done = trying.done
        changed = "written" if done and done.is_new_version else "unchanged"
        outcome, is_error = trying.outcome or changed, False
    except (ProblemError, AdmissionError) as problem:
        outcome, detail = problem.kind, str(problem)
        is_error = outcome != "busy"
        raise
    except HTTPException as error:
        outcome = f"http-{error.code}"
        raise
    finally:
        seconds = trying.done.seconds if trying.done else 0.0
        answering.budgets.end(client, seconds=seconds, is_error=is_error)
        _put_on_record(answering, trying, outcome, detail)


def _put_on_record(answering: Answering, trying: Attempt, outcome: str, detail: str) -> None:
    account, done = trying.account, trying.done
    entry = Entry(
        who=f"{account.name} ({account.id}, {account.role.value})" if account else "nobody",
        what=trying.what[:2_000],
        outcome=outcome,
        address=request.remote_addr or "unknown",
        version=done.version if done and done.is_new_version else None,
        detail=detail[:500],
    )
    record(answering.home.path, entry)


def _unauthorised(message: str, error: str | None = None) -> ProblemError:
    return ProblemError("unauthorized", message, headers={"WWW-Authenticate": _challenge(error)})


def _challenge(error: str | None) -> str:
    return 'Bearer realm="CoVE"' + (f', error="{error}"' if error else "")
