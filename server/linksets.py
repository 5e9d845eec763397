"""Linksets: all links of a thing's page as one document (RFC 9264)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from urllib.parse import urljoin

import msgspec
import pyoxigraph as ox
from flask import Blueprint, Response, request

from server.linking import FORMATS, Link, formats_of, identifier, links_of, marked
from server.negotiation import choose
from server.pages import is_iri, version_of
from server.problems import ProblemError
from server.reading import Version
from server.roots import site_root
from server.signposting import LINKSET, signposts

__all__ = ["BLUEPRINT"]

BLUEPRINT = Blueprint("linksets", __name__)

_FORMATS: Mapping[str, str] = MappingProxyType({"json": LINKSET, "txt": "application/linkset"})
_Targets = dict[str, list[dict[str, str]]]


@BLUEPRINT.route("/linkset/<path:about>")
@BLUEPRINT.route("/version/<int:number>/linkset/<path:about>")
def linkset(about: str, number: int | None = None) -> Response:
    """Answer with the links of the thing that a path is about."""
    version = version_of(number)
    iri = version.addresses.iri(about)
    if not is_iri(iri) or not _is_known(version, iri):
        message = f"This version says nothing about {about[:200]!r}; look for it in the lists."
        raise ProblemError("not-found", message)
    media_type = choose(request.accept_mimetypes, _FORMATS, first=LINKSET)
    contexts = _contexts(version, iri, about)
    if media_type == LINKSET:
        body = msgspec.json.format(msgspec.json.encode({"linkset": _grouped(contexts)}), indent=1)
    else:
        body = ",\n".join(link.header(anchor) for anchor, link in contexts).encode()
    response = marked(body, version.number, media_type, is_pinned=number is not None)
    response.vary.add("Host")
    return response


def _is_known(version: Version, iri: str) -> bool:
    """Tell whether a version describes a thing, or has a graph of this name."""
    node, find = ox.NamedNode(iri), version.snapshot.quads_for_pattern
    return any(
        next(iter(quads), None) is not None
        for quads in (find(node, None, None), find(None, None, None, node))
    )


def _contexts(version: Version, iri: str, about: str) -> list[tuple[str, Link]]:
    """Return every link with the address that it is of: the page, its descriptions, its items."""
    address = version.addresses.of(iri) or ""
    formats = formats_of(about)
    own = [
        *links_of(address, iri, identifier(version, iri), formats),
        *signposts(version, iri),
    ]
    root = site_root()
    page = urljoin(root, address.removeprefix("/"))
    found = [(page, _absolute(root, link)) for link in own if link.relation != "linkset"]
    back = {"describedby": "describes", "item": "collection"}
    return found + [
        (link.target, Link(page, back[link.relation], FORMATS["html"]))
        for _, link in found
        if link.relation in back
    ]


def _absolute(root: str, link: Link) -> Link:
    is_here = link.target.startswith("/")
    target = urljoin(root, link.target.removeprefix("/")) if is_here else link.target
    return Link(target, link.relation, link.media_type)


def _grouped(contexts: Iterable[tuple[str, Link]]) -> list[dict[str, object]]:
    """Write links as RFC 9264 §4.2 has them: by anchor, then by relation."""
    groups: dict[str, _Targets] = {}
    for anchor, link in contexts:
        target = {"href": link.target}
        if link.media_type:
            target["type"] = link.media_type
        groups.setdefault(anchor, {}).setdefault(link.relation, []).append(target)
    return [{"anchor": anchor, **targets} for anchor, targets in groups.items()]
