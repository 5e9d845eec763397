"""Requests of the SPARQL 1.1 Protocol and of the Graph Store Protocol."""

from __future__ import annotations

import ast
import http.client
import math
import urllib.error
import urllib.request
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from rdflib import URIRef
from SPARQLWrapper import POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from kg.errors import QueryError, StoreError
from kg.store.credentials import Credentials
from kg.store.engines import OTHER, Capability, Engine, missing

__all__ = ["Endpoint", "Reply"]

_WORDS = 500
# Headers by which an engine tells that it has cut an answer short.
_CUT = {
    "X-SPARQL-MaxRows": "raise ResultSetMaxRows in the engine's ini file",
    "X-SQL-State": "unset MaxQueryExecutionTime in the engine's ini file",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What the endpoint answered."""

    status: int
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The addresses of a remote store; `timeout` is in seconds for each request."""

    query_url: str
    update_url: str | None
    graph_store_url: str | None
    credentials: Credentials
    timeout: float
    engine: Engine = OTHER

    @property
    def reads_graphs(self) -> bool:
        """Tell whether graphs can be read by name: some engines let known users only."""
        return self.engine.authentication != "digest" or bool(self.credentials.secret)

    def form_of(self, query: str) -> str:
        """Tell the form of a query, in capitals; an empty text where that is not plain."""
        with warnings.catch_warnings(record=True) as doubts:
            warnings.simplefilter("always", RuntimeWarning)
            client = SPARQLWrapper(self.query_url)
            client.setQuery(query)
        return "" if doubts else str(client.queryType)

    def query(
        self,
        query: str,
        *,
        accept: str,
        default_graphs: Sequence[URIRef] = (),
        named_graphs: Sequence[URIRef] = (),
    ) -> Reply:
        """Send a query."""
        client = self._client(self.query_url, query, accept)
        if client.isSparqlUpdateRequest():
            raise QueryError("cannot run an update as a query; begin a change for it")
        for name in default_graphs:
            client.addDefaultGraph(str(name))
        for name in named_graphs:
            client.addNamedGraph(str(name))
        return self._send(client, self.query_url)

    def require_writing(self) -> None:
        """Refuse where no address takes changes."""
        if self.update_url is None and self.graph_store_url is None:
            raise missing(f"write to {self.query_url}", Capability.UPDATE)

    def require_update(self) -> None:
        """Refuse where no address takes updates."""
        if self.update_url is None:
            raise missing(f"change single triples behind {self.query_url}", Capability.UPDATE)

    def update(self, update: str) -> None:
        """Send an update."""
        self.require_update()
        # SPARQLWrapper would guess by the words of the text whether it is an update.
        body = urlencode({"update": update}).encode()
        self._request(
            "POST", str(self.update_url), body, content="application/x-www-form-urlencoded"
        )

    def graph_store(
        self, method: str, graph: URIRef, *, body: bytes | None = None, accept: str = "*/*"
    ) -> Reply:
        """Send a request about one graph; to read or remove one that is not there answers 404."""
        url = f"{self.graph_store_url}?{urlencode({'graph': str(graph)})}"
        try:
            return self._request(method, url, body, content="application/n-triples", accept=accept)
        except StoreError as error:
            is_absent = getattr(error.__cause__, "code", None) == http.HTTPStatus.NOT_FOUND
            if not is_absent or method not in {"GET", "DELETE"}:
                raise
            return Reply(http.HTTPStatus.NOT_FOUND, "", b"")

    def _request(
        self, method: str, url: str, body: bytes | None, *, content: str, accept: str = "*/*"
    ) -> Reply:
        _check_scheme(url)
        headers = {
            **self.credentials.headers(url, method, self.timeout),
            "Accept": accept,
            "Content-Type": content,
        }
        request = urllib.request.Request(url, body, headers, method=method)  # noqa: S310 - checked
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as response:  # noqa: S310
                return self._reply(response, url)
        except urllib.error.HTTPError as error:
            with error:
                raise self._refusal(url, error.code, error.read()) from error
        except (OSError, http.client.HTTPException) as error:
            raise _failure(url, error, self.timeout) from error

    def _client(self, url: str, text: str, accept: str) -> SPARQLWrapper:
        _check_scheme(url)
        client = SPARQLWrapper(url)
        client.setMethod(POST)
        client.setOnlyConneg(True)
        with warnings.catch_warnings():
            # It warns where it cannot tell the kind of a query; the endpoint says it better.
            warnings.simplefilter("ignore", RuntimeWarning)
            client.setQuery(text)
        headers = self.credentials.headers(url, "POST", self.timeout)
        for name, value in {**headers, "Accept": accept}.items():
            client.addCustomHttpHeader(name, value)
        client.setTimeout(max(1, math.ceil(self.timeout)))  # it takes whole seconds only
        return client

    def _send(self, client: SPARQLWrapper, url: str) -> Reply:
        try:
            with client.query().response as response:
                return self._reply(response, url)
        except SPARQLWrapperException as error:
            status = getattr(error.__context__, "code", http.HTTPStatus.INTERNAL_SERVER_ERROR)
            raise self._refusal(url, status, _body(error)) from error
        except urllib.error.HTTPError as error:
            with error:
                raise self._refusal(url, error.code, error.read()) from error
        except (OSError, http.client.HTTPException) as error:
            raise _failure(url, error, self.timeout) from error

    def _reply(self, response: http.client.HTTPResponse, url: str) -> Reply:
        """Read an answer whole; one that the engine has cut, and says so, is an error."""
        for header, remedy in _CUT.items():
            if found := response.headers.get(header):
                raise StoreError(f"{url} gives a part of the answer only ({found}); {remedy}")
        media_type = response.headers.get_content_type()
        return Reply(response.status, media_type, response.read())

    def _refusal(self, url: str, status: int, body: bytes) -> StoreError | QueryError:
        words = _words(body)
        for code, remedy in self.engine.limits.items():
            if code in words:
                return StoreError(f"{url} answers {status}: {words}; {remedy}")
        return _refusal(url, status, words)


def _check_scheme(url: str) -> None:
    if urlsplit(url).scheme not in {"http", "https"}:
        raise StoreError(f"cannot use the address {url!r}; give one with http or https")


def _refusal(url: str, status: int, words: str) -> StoreError | QueryError:
    if status == http.HTTPStatus.BAD_REQUEST:
        return QueryError(f"{url} refuses the query: {words}")
    if status == http.HTTPStatus.NOT_ACCEPTABLE:
        return QueryError(
            f"{url} cannot answer the query in this media type: {words}; "
            "use the method for this kind of query"
        )
    who = "set the user and password, or the token"
    remedy = {401: who, 403: who, 413: "send less at a time"}
    return StoreError(f"{url} answers {status}: {words}; {remedy.get(status, 'see its log')}")


def _body(error: SPARQLWrapperException) -> bytes:
    """Return the body of an error answer, which its exception holds as a Python literal."""
    text = str(error.args[0] if error.args else error)
    try:
        body = ast.literal_eval(text.partition("Response:")[2].strip())
    except (SyntaxError, ValueError):
        body = text
    return body if isinstance(body, bytes) else text.encode()


def _failure(url: str, error: Exception, timeout: float) -> StoreError:
    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError):
        return StoreError(
            f"{url} did not answer within {timeout:g} s; ask for less, or raise the timeout"
        )
    return StoreError(f"cannot reach {url}: {reason}; see that it runs and that it is the address")


def _words(body: bytes) -> str:
    """Return the words of the endpoint on one line."""
    words = " ".join(body.decode(errors="replace").split())
    return words if len(words) <= _WORDS else f"{words[:_WORDS]} …"
