"""Damaged files: each is read with a balanced account or refused in a sentence, whatever is done.

The files are made; they are cut, mixed and strewn with what formats are made of, by a seed.
"""

from __future__ import annotations

import random

import pytest

from kg.bibliographies import read_references, write_references
from kg.errors import SourceError

FILES = {
    "made.ris": "TY  - JOUR\nID  - 1\nAU  - Made, M.\nTI  - Made title\nPY  - 2020/05/\n"
    "KW  - a\nb\nAB  - What was\nfound.\nSP  - 12\nEP  - 23\nDO  - 10.5555/made.1\nER  - \n\n",
    "made.bib": "@article{made2020,\n  author = {Made, Mary and {The Society}},\n  "
    'title = {A {Made} T\\"itle $x^2$},\n  year = 2020,\n  pages = {12--23},\n'
    "  doi = {10.5555/made.1}\n}\n\n"
    "@string{p = {Press}}\n",
    "made.nbib": "PMID- 1\nTI  - Made title\n      goes on\nFAU - Made, Mary\nAU  - Made M\n"
    "DP  - 2020 May\nAID - 10.5555/made.1 [doi]\n\n",
    "made.txt": "PT J\nAU Made, M\n   Other, O\nTI Made title\nPY 2020\nCR One\n   Two\nER\n\n",
    "made.xml": "<record><ref-type name='Book'>6</ref-type><titles><title><style>Made</style>"
    "</title></titles><dates><year>2020</year></dates></record>\n",
    "made.json": '[{"id": 1, "title": "Made", "issued": {"date-parts": [[2020]]}, "author": '
    '[{"family": "Made"}], "custom": {"x": [1]}}]\n',
    "made.csv": 'Title,Authors,Year,DOI\nMade title,"Made, M.; Other, O.",2020,10.5555/made.1\n',
}
PIECES = [
    *("{", "}", '"', "\n", "ER  - ", "TY  - JOUR\n", "@book{", "\\", "$", "%", ",", ";", "[", "]"),
    *("<record>", "</record>", "<", "&", "\0", "\xe9", "PMID- 5\n", "\n\n", "PT J\n", "ER\n", ":"),
    *("null", "1e999", "#", "(", ")", "\t", "\r", "'", " and ", "\u2028", "\\\n", "@string{"),
]
TRIES = 150


def damaged(text: str, chance: random.Random) -> bytes:
    for _ in range(chance.randrange(1, 8)):
        place = chance.randrange(len(text) + 1)
        kind = chance.random()
        if kind < 0.4:
            text = text[:place] + chance.choice(PIECES) + text[place:]
        elif kind < 0.7:
            text = text[:place] + text[place + chance.randrange(1, 40) :]
        elif kind < 0.8:
            text = text[: max(place, 1)]
        else:
            part = text[chance.randrange(len(text)) :][: chance.randrange(1, 120)]
            text = text[:place] + part + text[place:]
        text = text or " "
    return text.encode(chance.choice(["utf-8", "utf-8", "cp1252"]), "replace")


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_accounted_for_or_refused(name: str) -> None:
    chance = random.Random(name)  # noqa: S311  # no secret
    read = 0
    for number in range(TRIES):
        content = damaged(FILES[name] * 3, chance)
        try:
            references, account = read_references(content, name)
        except SourceError as error:
            assert str(error).startswith(f"{name}"), number  # noqa: PT017  # some are refused
            continue
        assert account.is_balanced, (number, account.summary, content)
        assert len({one.id for one in references}) == len(references)
        read += 1
        for suffix in (".ris", ".bib", ".json", ".csv"):
            if references:
                again = read_references(write_references(references, suffix), f"again{suffix}")
                assert again.account.is_balanced, (number, suffix, content)
    assert read > TRIES / 2


@pytest.mark.parametrize(
    "text",
    [
        "@a{" * 20_000,
        "@book{a, title = " + "{" * 20_000,
        "@book{a, title = {" + "$" * 20_001 + "}}",
        "@book{a, author = {" + " and ".join(["Made, M."] * 5_000) + "}}",
        "TY  - JOUR\n" + "KW  - made\n" * 50_000 + "ER  - \n",
        "TY  - JOUR\n" * 20_000,
        "[" * 50_000,
        '{"title": "' + "\\" * 50_001,
        "<records>" + "<record>" * 20_000,
        "title,doi\n" + '"' * 50_001,
        "PMID- 1\n" * 20_000,
    ],
    ids=lambda text: repr(text[:14]),
)
def test_a_file_of_one_sign_takes_no_long_time(text: str) -> None:
    try:
        account = read_references(text.encode(), "made").account
    except SourceError:
        return
    assert account.is_balanced, account.summary
