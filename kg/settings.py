"""Settings of the graph, read from the environment."""

from __future__ import annotations

import getpass
import os
from pathlib import Path

from platformdirs import user_data_path

__all__ = ["agent_name", "home_path"]


def home_path(path: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder of the dataset: the one given, or COVE_HOME, or the user's data folder."""
    chosen = path or os.environ.get("COVE_HOME")
    return Path(chosen) if chosen else user_data_path("cove")


def agent_name() -> str:
    """Return whom a change is attributed to: COVE_AGENT, or the name of the user."""
    return os.environ.get("COVE_AGENT") or getpass.getuser()
