"""Roles: what an account may do."""

from __future__ import annotations

from enum import Enum

__all__ = ["Role"]


class Role(Enum):
    """What an account may do; each role may do what those before it may."""

    READER = "reader"
    REVIEWER = "reviewer"
    CURATOR = "curator"
    ADMIN = "admin"

    def includes(self, other: Role) -> bool:
        """Tell whether this role may do what another may.

        >>> Role.ADMIN.includes(Role.CURATOR), Role.REVIEWER.includes(Role.CURATOR)
        (True, False)
        """
        order = list(Role)
        return order.index(self) >= order.index(other)
