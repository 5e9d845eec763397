"""Reviews: from the export of a database to what is decided, every step of it kept.

A review is a folder `reviews/<slug>` of the home with one SQLite database. What people do is an
event in its `journal`, which is only ever added to: version N of a review is what its first N
events make. Tables follow from the events in the same transaction, and can be made again from
them. Nothing here touches the public dataset.

A module adds to a review by a chapter of its own, which nothing else has to know of:

1. its kinds of events, subclasses of `Event`: `class PassageCoded(Event, frozen=True): …`
2. its tables, `CHAPTER = Chapter(name="coding", tables="CREATE TABLE passages …")`
3. how the tables follow, `@CHAPTER.on(PassageCoded)`, for its own events or another module's
4. verbs that check and add, `def code(writing: Writing, …): require(…); writing.add(…)`, and
   functions that read, `def passages(db: Connection) -> list[Passage]`

and one name in the tuple of `kg.review.chapters`. When chapters change, the tables of reviews
that are there already are made again when they are next opened.
"""

from __future__ import annotations

from kg.review.events import Chapter, Entry, Event
from kg.review.journal import Journal, Writing
from kg.review.projects import Project, Projects
from kg.review.protocols import Protocol

__all__ = [
    "Chapter",
    "Entry",
    "Event",
    "Journal",
    "Project",
    "Projects",
    "Protocol",
    "Writing",
]
