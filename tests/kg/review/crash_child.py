"""Fork a process for each line of input, which writes to a review until it is killed.

A line holds the path of a journal and what is written: imports or votes. The child says its
number first, then the number of the last event of each transaction that has returned.
"""

from __future__ import annotations

import os
import sys
from itertools import count
from pathlib import Path

from kg.bibliographies import read_references
from kg.review.chapters import CHAPTERS
from kg.review.journal import Journal
from kg.review.protocols import Stage
from kg.review.records import import_file, references
from kg.review.screening import Verdict, vote
from kg.review.searches import searches

LENGTH = 400


def say(words: object) -> None:
    os.write(1, f"{words}\n".encode())


def write_imports(journal: Journal) -> None:
    content = "\n".join(f"TY  - JOUR\nTI  - Made {n}\nER  - " for n in range(LENGTH)).encode()
    found = read_references(content, "made.ris")
    with journal.reading() as db:
        search = searches(db)[0].number
    while True:
        with journal.writing("rita") as writing:
            number = import_file(writing, search, content, found)
        say(number)


def write_votes(journal: Journal) -> None:
    with journal.reading() as db:
        records = list(references(db))
    for turn in count():
        verdict = (Verdict.INCLUDE, Verdict.UNSURE)[turn // len(records) % 2]
        with journal.writing("rita") as writing:
            vote(writing, records[turn % len(records)], Stage.TITLE_ABSTRACT, verdict)
            number = writing.number
        say(number)


def main() -> None:
    for line in sys.stdin:
        path, what = line.split()
        if (child := os.fork()) == 0:
            say(os.getpid())
            {"import": write_imports, "vote": write_votes}[what](Journal(Path(path), CHAPTERS))
        os.waitpid(child, 0)
        say("dead")


if __name__ == "__main__":
    main()
