"""Members: who takes part in a review, each in a role."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from sqlite3 import Connection

from kg.errors import MembershipError, ReviewError
from kg.review.events import Chapter, Entry, Event
from kg.review.journal import Writing

__all__ = [
    "CHAPTER",
    "Member",
    "MemberLeft",
    "MemberSet",
    "Role",
    "members",
    "remove",
    "require",
    "role_of",
    "set_role",
]


class Role(Enum):
    """What a member may do in a review; each role may do what those before it may."""

    READER = "reader"
    REVIEWER = "reviewer"
    ADJUDICATOR = "adjudicator"
    OWNER = "owner"

    def includes(self, other: Role) -> bool:
        """Tell whether this role may do what another may.

        >>> Role.OWNER.includes(Role.REVIEWER), Role.READER.includes(Role.REVIEWER)
        (True, False)
        """
        order = list(Role)
        return order.index(self) >= order.index(other)


class MemberSet(Event, frozen=True):
    """Somebody takes part, or has another role from now on."""

    name: str
    role: Role


class MemberLeft(Event, frozen=True):
    """Somebody takes part no more; what they did stays."""

    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """Who takes part."""

    name: str
    role: Role


def members(db: Connection) -> list[Member]:
    """Return who takes part, those with the largest role first."""
    found = [Member(n, Role(r)) for n, r in db.execute("SELECT name, role FROM members")]
    order = list(Role)
    return sorted(found, key=lambda member: (-order.index(member.role), member.name))


def role_of(db: Connection, name: str) -> Role | None:
    """Return the role of somebody, None where they take no part."""
    row = db.execute("SELECT role FROM members WHERE name = ?", (name,)).fetchone()
    return Role(row[0]) if row else None


def require(db: Connection, name: str, role: Role) -> None:
    """Raise MembershipError where somebody may not do what asks for a role."""
    held = role_of(db, name)
    if held is None:
        raise MembershipError(f"{name} takes no part in this review; ask its owner")
    if not held.includes(role):
        message = f"{name} is {held.value} in this review; this asks for {role.value}"
        raise MembershipError(f"{message}, which its owner can give")


def set_role(writing: Writing, name: str, role: Role) -> None:
    """Let somebody take part in a role; the first member of a review is its owner."""
    name = name.strip()
    if not name or not name.isprintable() or len(name) > 200:
        raise ReviewError("a member has a name of one line; give the name of a user")
    if members(writing.db):
        require(writing.db, writing.agent, Role.OWNER)
    _keep_an_owner(writing.db, name, role)
    if role_of(writing.db, name) is not role:
        writing.add(MemberSet(name, role))


def remove(writing: Writing, name: str) -> None:
    """Let somebody take part no more."""
    require(writing.db, writing.agent, Role.OWNER)
    if role_of(writing.db, name) is None:
        raise ReviewError(f"{name} takes no part in this review")
    _keep_an_owner(writing.db, name, None)
    writing.add(MemberLeft(name))


def _keep_an_owner(db: Connection, name: str, role: Role | None) -> None:
    owners = {member.name for member in members(db) if member.role is Role.OWNER}
    if (owners - {name}) or role is Role.OWNER:
        return
    raise ReviewError("a review has an owner; make somebody else one first")


CHAPTER = Chapter(
    name="members",
    tables="CREATE TABLE members (name TEXT PRIMARY KEY, role TEXT NOT NULL) WITHOUT ROWID;",
)


@CHAPTER.on(MemberSet)
def _set(db: Connection, entry: Entry[MemberSet]) -> None:
    role = entry.event.role.value
    statement = "INSERT INTO members VALUES (?, ?) ON CONFLICT DO UPDATE SET role = ?"
    db.execute(statement, (entry.event.name, role, role))


@CHAPTER.on(MemberLeft)
def _leave(db: Connection, entry: Entry[MemberLeft]) -> None:
    db.execute("DELETE FROM members WHERE name = ?", (entry.event.name,))
