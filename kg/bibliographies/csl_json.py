"""CSL-JSON: the items of the Citation Style Language, as Zotero and others write them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

import msgspec

from kg.bibliographies.account import Failure
from kg.bibliographies.dates import date_of
from kg.bibliographies.identifying import doi_in, isbns_in, issns_in, pmcid_in, pmid_in
from kg.bibliographies.json_records import Element, elements, text_of
from kg.bibliographies.kinds import CSL_TYPES, type_of_words
from kg.bibliographies.names import name_of
from kg.bibliographies.reference import Date, Fields, Name, Reference
from kg.bibliographies.source import Source

__all__ = ["csl_date", "csl_item", "read_csl", "says_more", "write_csl"]

_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        **{name: name for name in ("title", "volume", "issue", "page", "number", "edition")},
        **{name: name for name in ("version", "genre", "publisher", "language", "abstract")},
        "title-short": "title_short",
        "container-title": "container_title",
        "container-title-short": "container_title_short",
        "collection-title": "collection_title",
        "collection-number": "collection_number",
        "event-title": "event_title",
        "event-place": "event_place",
        "chapter-number": "chapter_number",
        "number-of-pages": "number_of_pages",
        "number-of-volumes": "number_of_volumes",
        "publisher-place": "publisher_place",
        "call-number": "call_number",
    }
)
# What older programs write.
_OTHER_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "shortTitle": "title_short",
        "journalAbbreviation": "container_title_short",
        "event": "event_title",
        "genre": "genre",
    }
)
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "author": "author",
        "editor": "editor",
        "collection-editor": "collection_editor",
        "translator": "translator",
    }
)
_DATES: Mapping[str, str] = MappingProxyType(
    {
        "issued": "issued",
        "accessed": "accessed",
        "original-date": "original_date",
        "event-date": "event_date",
    }
)
_NAME_PARTS: Mapping[str, str] = MappingProxyType(
    {
        "family": "family",
        "given": "given",
        "dropping-particle": "dropping_particle",
        "non-dropping-particle": "non_dropping_particle",
        "suffix": "suffix",
        "literal": "literal",
    }
)
_EXTRA = re.compile(r"(PMID|PMCID|DOI)\s*:\s*(\S+)", re.IGNORECASE)
_VARIABLE = re.compile(r"^([A-Za-z][A-Za-z -]{2,20}):[ \t]+(\S.*)$", re.MULTILINE)
_LISTS = ("isbn", "issn", "urls", "keywords", "notes")


def read_csl(source: Source) -> Iterator[Reference | Failure]:
    """Yield the items of a document."""
    for element in elements(source.text):
        yield element if isinstance(element, Failure) else _reference(element)


def _reference(element: Element) -> Reference:
    item: Fields = dict(element.values)
    kept = _kept(item)
    fields: Fields = {"id": _text(item.pop("id", "")), "type": _type(item)}
    for key, name in (*_TEXTS.items(), *_OTHER_TEXTS.items()):
        if not fields.get(name) and isinstance(item.get(key), str | int | float):
            fields[name] = _text(item.pop(key))
    more = []
    for key, name in _NAMES.items():
        if isinstance(item.get(key), list):
            fields[name] = tuple(filter(None, map(_name, item[key])))
            if says_more(item[key], _NAME_PARTS):
                more.append((key, text_of(item[key])))
            del item[key]
    for key, name in _DATES.items():
        if key in item and (date := csl_date(item[key])):
            fields[name] = date
            del item[key]
    fields |= _identifiers(item) | _extra(item, fields) | _lists(item) | kept
    left = ((key, text_of(value)) for key, value in item.items() if value not in ("", None, [], {}))
    raw = (*fields.pop("raw", more), *left)
    fields.setdefault("format", "csl")
    return Reference(**fields, raw=raw, line=element.line)


def says_more(names: Iterable[object], known: Iterable[str]) -> bool:
    """Tell whether names have parts that ours do not, such as an ORCID or how to print them."""
    parts = {*known, "sequence"}
    return any(
        value and key not in parts
        for one in names
        if isinstance(one, dict)
        for key, value in one.items()
    )


def _kept(item: Fields) -> Fields:
    """Take what CoVE wrote beside the variables of CSL, whose values they cannot hold."""
    custom = item.get("custom")
    if not isinstance(custom, dict) or not isinstance(custom.get("cove"), dict):
        return {}
    try:
        kept = msgspec.convert({"id": "", **custom["cove"]}, Reference, strict=False)
    except msgspec.ValidationError:
        return {}
    rest = {key: value for key, value in custom.items() if key != "cove"}
    item["custom"] = rest
    return {name: getattr(kept, name) for name in custom["cove"] if hasattr(kept, name)}


def _text(value: object) -> str:
    return " ".join(str(value).split()) if not isinstance(value, str) else value.strip()


def _type(item: Fields) -> str:
    printed = item.get("type")
    known = printed if printed in CSL_TYPES else type_of_words(str(printed or ""))
    if known or not printed:
        item.pop("type", None)
    return known or "document"


def _name(value: object) -> Name | None:
    if isinstance(value, str):
        return name_of(value)
    if not isinstance(value, dict):
        return None
    parts = {ours: _text(value.get(key) or "") for key, ours in _NAME_PARTS.items()}
    if not parts["family"] and parts["given"] and not parts["literal"]:
        parts["literal"] = parts.pop("given")
    return Name(**parts) if any(parts.values()) else None


def csl_date(value: object) -> Date | None:
    """Read a date of CSL: parts as numbers or texts, or words."""
    if not isinstance(value, dict):
        return date_of(str(value)) if isinstance(value, str | int) else None
    given = value.get("date-parts")
    parts = tuple(filter(None, map(_day, given if isinstance(given, list) else ())))
    literal = _text(value.get("literal") or value.get("raw") or "")
    if not parts and literal:
        return date_of(literal) or Date(literal=literal)
    if not parts:
        return None
    return Date(
        date_parts=parts[:2],
        season=_text(value.get("season") or ""),
        circa=value.get("circa") in (True, 1, "1", "true"),
    )


def _day(parts: object) -> tuple[int, ...] | None:
    if not isinstance(parts, list):
        return None
    digits = [str(part).strip() for part in parts if part not in (None, "")]
    if not all(re.fullmatch(r"-?\d{1,6}", part) for part in digits):
        return None
    return tuple(map(int, digits[:3]))


def _identifiers(item: Fields) -> Fields:
    """Take DOI, PMID and PMCID: also from the lines that Zotero puts into a note."""
    found: Fields = {}
    for key, parse in (("DOI", doi_in), ("PMID", pmid_in), ("PMCID", pmcid_in)):
        value = parse(str(item.get(key) or ""))
        if value:
            found[key.lower()] = value
            del item[key]
    for key, text in _EXTRA.findall(str(item.get("note") or "")):
        name = key.lower()
        parse = {"pmid": pmid_in, "pmcid": pmcid_in, "doi": doi_in}[name]
        if name not in found and parse(text):
            found[name] = parse(text)
    return found


def _extra(item: Fields, fields: Fields) -> Fields:
    """Read the variables that Zotero has no field for and writes into a note, a line each."""
    found: Fields = {}
    for key, value in _VARIABLE.findall(str(item.get("note") or "")):
        plain = key.lower().replace(" ", "-")
        if (name := _TEXTS.get(plain)) and not fields.get(name):
            found.setdefault(name, value.strip())
        elif (name := _DATES.get(plain)) and not fields.get(name) and date_of(value):
            found.setdefault(name, date_of(value))
    return found


def _lists(item: Fields) -> Fields:
    found: Fields = {}
    for key, name, parse in (("ISBN", "isbn", isbns_in), ("ISSN", "issn", issns_in)):
        texts = item.get(key)
        value = parse(" ".join(map(str, texts)) if isinstance(texts, list) else str(texts or ""))
        if value:
            found[name] = value
            del item[key]
    if item.get("URL") and isinstance(item["URL"], str):
        found["urls"] = (item.pop("URL").strip(),)
    if item.get("keyword") and isinstance(item["keyword"], str | list):
        found["keywords"] = _keywords(item.pop("keyword"))
    if item.get("note") and isinstance(item["note"], str):
        found["notes"] = (item.pop("note").strip(),)
    return found


def _keywords(value: str | list[object]) -> tuple[str, ...]:
    """Split key words at semicolons, else at commas."""
    parts = value if isinstance(value, list) else value.split(";" if ";" in value else ",")
    return tuple(text for part in parts if (text := str(part).strip()))


def write_csl(references: Iterable[Reference]) -> str:
    """Write references as an array of CSL-JSON items; what CSL has no variable for is in custom."""
    items = [csl_item(reference) for reference in references]
    return msgspec.json.format(msgspec.json.encode(items), indent=2).decode() + "\n"


def csl_item(reference: Reference) -> Fields:
    """Return a reference as an item of CSL-JSON."""
    item: Fields = {"id": reference.id, "type": reference.type}
    for key, name in _TEXTS.items():
        item[key] = getattr(reference, name)
    for key, name in _NAMES.items():
        item[key] = [_name_item(each) for each in getattr(reference, name)]
    for key, name in _DATES.items():
        date = getattr(reference, name)
        item[key] = _date_item(date) if date else None
    item |= {key: getattr(reference, key.lower()) for key in ("DOI", "PMID", "PMCID")}
    item |= {
        "ISBN": " ".join(reference.isbn),
        "ISSN": " ".join(reference.issn),
        "URL": next(iter(reference.urls), ""),
        "keyword": "; ".join(reference.keywords),
        "note": "\n".join(reference.notes),
    }
    kept: Fields = {}
    if reference.format == "csl":
        item |= {key: _raw(value) for key, value in reference.raw if key not in _NAMES}
        names = tuple((key, value) for key, value in reference.raw if key in _NAMES)
        kept = {"raw": names} if names else {}
    elif reference.raw:
        kept = {"format": reference.format, "raw": reference.raw}
    plain = _lists({key: item[key] for key in ("ISBN", "ISSN", "URL", "keyword", "note")})
    kept |= {
        name: value
        for name in _LISTS
        if (value := getattr(reference, name)) and plain.get(name, ()) != value
    }
    if reference.authors_incomplete:
        kept["authors_incomplete"] = True
    if kept:
        custom = item.get("custom")
        item["custom"] = {**(custom if isinstance(custom, dict) else {}), "cove": kept}
    return {key: value for key, value in item.items() if value not in ("", None, [])}


def _raw(value: str) -> object:
    try:
        return json.loads(value) if value[:1] in '[{"' or value in {"true", "false"} else value
    except ValueError:
        return value


def _name_item(name: Name) -> dict[str, str]:
    parts = {key: getattr(name, ours) for key, ours in _NAME_PARTS.items()}
    return {key: text for key, text in parts.items() if text}


def _date_item(date: Date) -> dict[str, object]:
    item = {
        "date-parts": date.date_parts,
        "season": date.season,
        "literal": date.literal,
        "circa": date.circa,
    }
    return {key: value for key, value in item.items() if value}
