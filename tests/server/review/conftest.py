"""A server with a bench, and visitors who use it as a browser without scripts does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin

import pytest
from argon2 import PasswordHasher

from kg.accounts import Role, Users, users
from kg.store import Home

PASSWORD = "a made password"
PEOPLE = {
    "olga": Role.REVIEWER,
    "rita": Role.REVIEWER,
    "rolf": Role.REVIEWER,
    "leo": Role.READER,
}


class _Fields(HTMLParser):
    """Find the token that the forms of a page carry."""

    token = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input" and found.get("name") == "token":
            self.token = found.get("value") or ""


@dataclass
class Visitor:
    """Somebody with a browser: it keeps cookies and sends forms back from the page they are on."""

    server: Any
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    path: str = ""

    def get(self, path: str) -> str:
        return self._ask("GET", path, None, "")

    def post(self, path: str, /, **values: Any) -> str:
        """Send a form with the token of the page at hand; a list is a field that stands often."""
        body = urlencode({"token": self.token, **values}, doseq=True).encode()
        return self._ask("POST", path, body, "application/x-www-form-urlencoded")

    def send(self, path: str, name: str, content: bytes, /, **values: str) -> str:
        """Send a form with a file."""
        fence = "made-fence"
        parts = [
            f'--{fence}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode()
            for k, v in {"token": self.token, **values}.items()
        ]
        parts.append(
            f'--{fence}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n".encode()
            + content
            + f"\r\n--{fence}--\r\n".encode()
        )
        return self._ask("POST", path, b"".join(parts), f"multipart/form-data; boundary={fence}")

    def sign_in(self, name: str, password: str = PASSWORD) -> str:
        self.get("/review/sign-in")
        return self.post("/review/sign-in", name=name, password=password)

    def _ask(self, method: str, path: str, body: bytes | None, media_type: str) -> str:
        headers = {"Accept": "text/html", **self.headers}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={v}" for name, v in self.cookies.items())
        if media_type:
            headers["Content-Type"] = media_type
        answer = self.server.ask(method, path, body, headers)
        self.status, self.path = answer.status, path
        for cookie in answer.headers.get("set-cookie", "").splitlines():
            self._keep(cookie)
        if answer.status == 303:
            return self._ask("GET", urljoin(path, answer.headers["location"]), None, "")
        text: str = answer.body.decode(errors="replace")  # a workbook is no text
        reading = _Fields()
        reading.feed(text)
        self.token = reading.token
        return text

    def _keep(self, header: str) -> None:
        for name, morsel in SimpleCookie(header).items():
            if morsel["max-age"] == "0":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with users and an empty dataset; the module writes to it."""
    path = tmp_path_factory.mktemp("bench") / "home"
    with Home(path).begin(agent="tests", reason="one quad") as candidate:
        candidate.bulk_load(b"<a:s> <a:p> <a:o> <a:g> .\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(users, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64))
        for name, role in PEOPLE.items():
            Users(path).add(name, role, PASSWORD)
    return path


@pytest.fixture(scope="module")
def server(home: Path, run_server: Callable[..., AbstractContextManager[Any]]) -> Iterator[Any]:
    with run_server(home, workers=1, client_errors=1_000) as started:
        yield started


@pytest.fixture
def visitor(server: Any) -> Visitor:
    """Return somebody who has not signed in."""
    return Visitor(server)


@pytest.fixture(scope="module")
def people(server: Any) -> dict[str, Visitor]:
    """Return four people who have signed in."""
    found = {name: Visitor(server) for name in PEOPLE}
    for name, each in found.items():
        each.sign_in(name)
        assert each.status == 200
    return found
