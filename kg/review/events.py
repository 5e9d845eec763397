"""Events: what was done in a review, one kind a class, and the tables that follow from them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from sqlite3 import Connection
from typing import Generic, TypeVar

import msgspec

__all__ = ["Chapter", "Entry", "Event", "kind_of"]


class Event(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One thing that somebody did; a subclass (frozen=True) is a kind, kept as JSON.

    A kind is part of what is on disk for ever: give a new field a default, and never rename one.
    """


_Kind = TypeVar("_Kind", bound=Event, covariant=True)  # noqa: PLC0105 - read, not written


@dataclass(frozen=True, slots=True)
class Entry(Generic[_Kind]):
    """An event in its place: the number is that of the version of the review that it made."""

    number: int
    time: datetime
    agent: str
    event: _Kind

    @property
    def kind(self) -> str:
        """The name of its kind."""
        return kind_of(type(self.event))


_Asked = TypeVar("_Asked", bound=Event)
_Reaction = Callable[[Connection, Entry[_Asked]], None]


@dataclass(frozen=True, slots=True)
class Chapter:
    """What one noun adds to a review: its tables, and how they follow from events of any kind.

    `edition` counts the changes of the reactions: with a new one, or with other tables, the
    tables of every review are made again from its events when it is next opened.
    """

    name: str
    tables: str
    edition: int = 1
    reactions: dict[type[Event], _Reaction[Event]] = field(default_factory=dict)

    def on(self, kind: type[_Asked]) -> Callable[[_Reaction[_Asked]], _Reaction[_Asked]]:
        """Let a function change the tables on each event of a kind.

        It may look at the tables and the event only: what it does must be the same when the
        tables are made again, years later.
        """

        def register(reaction: _Reaction[_Asked]) -> _Reaction[_Asked]:
            self.reactions[kind] = reaction  # type: ignore[assignment]  # found by the kind alone
            return reaction

        return register


def kind_of(event: type[Event]) -> str:
    """Name a kind of event by its class.

    >>> class MemberJoined(Event): ...
    >>> kind_of(MemberJoined)
    'member-joined'
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "-", event.__name__).lower()
