"""Credentials: how a remote store knows who asks."""

from __future__ import annotations

import base64
import http.client
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.errors import ConfigurationError

__all__ = ["SCHEMES", "Credentials"]

SCHEMES = ("basic", "digest", "bearer")


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user with a password, or a token; never shown, and sent to the one engine only."""

    scheme: str = "bearer"
    user: str = ""
    secret: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Refuse a scheme that nobody speaks."""
        if self.scheme not in SCHEMES:
            raise ConfigurationError(
                f"no authentication {self.scheme!r} is known; choose from {', '.join(SCHEMES)}"
            )

    def headers(self, url: str, method: str, timeout: float) -> Mapping[str, str]:
        """Return the headers of a request; for digest the engine is asked for its challenge."""
        if not self.secret:
            return {}
        if self.scheme == "bearer":
            return {"Authorization": f"Bearer {self.secret}"}
        if self.scheme == "basic":
            pair = base64.b64encode(f"{self.user}:{self.secret}".encode()).decode("ascii")
            return {"Authorization": f"Basic {pair}"}
        challenge = _challenge(url, timeout)
        return {} if challenge is None else {"Authorization": self._digest(url, method, challenge)}

    def _digest(self, url: str, method: str, challenge: str) -> str:
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, url, self.user, self.secret)
        handler = urllib.request.HTTPDigestAuthHandler(passwords)
        request = urllib.request.Request(url, method=method)  # noqa: S310  # checked before
        fields = urllib.request.parse_keqv_list(urllib.request.parse_http_list(challenge))
        answer = handler.get_authorization(request, fields)
        return f"Digest {answer}"


def _challenge(url: str, timeout: float) -> str | None:
    """Return what the engine wants to be answered, None where it lets everybody in."""
    try:
        # A request without a body shows what is needed, and changes nothing.
        with urllib.request.urlopen(url, timeout=timeout):  # noqa: S310  # checked before
            return None
    except urllib.error.HTTPError as error:
        with error:
            if error.code != http.client.UNAUTHORIZED:
                return None
            given = error.headers.get_all("WWW-Authenticate") or []
    for each in given:
        scheme, _, rest = each.partition(" ")
        if scheme.casefold() == "digest":
            return rest
    return None
