"""Names: people and bodies as bibliographies write them, taken apart."""

from __future__ import annotations

import re

from kg.bibliographies.reference import Name

__all__ = ["ET_AL", "given_first", "is_et_al", "name_of", "names_of", "surname_first"]

ET_AL = "et al."

_OTHERS = frozenset({"et al", "et al.", "others", "and others", "...", "et alii"})
_SUFFIX = re.compile(r"(?:jr|sr|junior|senior|i{2,3}|iv|vi{0,3})\.?", re.IGNORECASE)
_INITIALS = re.compile(r"((?:[^\W\d_]|[-' ])+?) ((?:[A-Z]\.?[- ]?){1,4})")


def is_et_al(text: str) -> bool:
    """Tell whether a name stands for those who are not named.

    >>> is_et_al("et al."), is_et_al("Alcott")
    (True, False)
    """
    return text.strip().casefold() in _OTHERS


def name_of(text: str) -> Name | None:
    """Take a name apart: at its comma, else before initials; what has neither is a literal.

    >>> name_of("van der Berg, Jan, Jr")
    Name(family='Berg', given='Jan', non_dropping_particle='van der', suffix='Jr')
    >>> name_of("Liu R."), name_of("World Health Organization")
    (Name(family='Liu', given='R.'), Name(literal='World Health Organization'))
    >>> name_of("UNESCO,"), name_of(" ")
    (Name(family='UNESCO'), None)
    """
    parts = [" ".join(part.split()) for part in text.split(",")]
    if not any(parts):
        return None
    if len(parts) == 1:
        found = _INITIALS.fullmatch(parts[0])
        if found and not found[1].isupper():
            return _person(found[1], found[2].strip())
        return Name(literal=parts[0])
    family, given, *rest = parts
    if len(rest) == 1 and _SUFFIX.fullmatch(given) and rest[0]:
        given, rest = rest[0], [given]  # as BibTeX orders them
    if not family or len(rest) > 1:
        return Name(literal=", ".join(part for part in parts if part))
    return _person(family, given, rest[0] if rest else "")


def names_of(texts: tuple[str, ...]) -> tuple[tuple[Name, ...], bool]:
    """Take names apart, and tell whether more are meant than are named.

    >>> names_of(("Ostrom, E.", "et al."))
    ((Name(family='Ostrom', given='E.'),), True)
    """
    named = tuple(name for text in texts if not is_et_al(text) and (name := name_of(text)))
    return named, any(map(is_et_al, texts))


def _person(family: str, given: str, suffix: str = "") -> Name:
    words = family.split(" ")
    count = 0
    while count < len(words) - 1 and words[count].islower():
        count += 1
    return Name(
        family=" ".join(words[count:]),
        given=given,
        non_dropping_particle=" ".join(words[:count]),
        suffix=suffix,
    )


def surname_first(text: str) -> Name | None:
    """Take a name apart whose first word is the family name.

    >>> surname_first("Osborne Stephen P"), surname_first("UNESCO")
    (Name(family='Osborne', given='Stephen P'), Name(literal='UNESCO'))
    """
    words = text.split()
    if len(words) < 2:
        return Name(literal=text.strip()) if words else None
    count = 1
    while count < len(words) - 1 and words[count - 1].islower():
        count += 1
    return _person(" ".join(words[:count]), " ".join(words[count:]))


def given_first(text: str) -> Name | None:
    """Take a name apart whose last word, with the particles before it, is the family name.

    >>> given_first("Stephen P. Osborne"), given_first("Jan de Berg").non_dropping_particle
    (Name(family='Osborne', given='Stephen P.'), 'de')
    """
    if "," in text:
        return name_of(text)
    words = text.split()
    if len(words) < 2:
        return Name(literal=text.strip()) if words else None
    count = len(words) - 1
    while count > 1 and words[count - 1].islower():
        count -= 1
    return _person(" ".join(words[count:]), " ".join(words[:count]))
