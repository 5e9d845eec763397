"""The walls around a worker process: memory, network, stack."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

__all__ = ["DEEP_STACK", "give_back_memory", "leave_network", "limit_memory", "run_deep"]

# The engine recurses over queries; what admission lets through needs far less than this.
# The memory is reserved, and used only as deep as a query goes.
DEEP_STACK = 512 << 20

_NEW_USER = 0x10000000  # CLONE_NEWUSER of linux/sched.h
_NEW_NETWORK = 0x40000000  # CLONE_NEWNET


def limit_memory(allowance: int) -> bool:
    """Bound the address space to what is in use now and an allowance in bytes."""
    if sys.platform == "win32":
        return False
    import resource  # noqa: PLC0415  # not on every platform

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        in_use = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return False
    most = in_use + allowance
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    return True


def give_back_memory() -> None:
    """Give what is free in the heap back to the system, where the C library knows how."""
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)


def leave_network() -> bool:
    """Move this process, which must have one thread, to an empty network; False if it cannot."""
    if sys.platform != "linux":
        return False
    unshare = ctypes.CDLL(None, use_errno=True).unshare
    return bool(unshare(_NEW_USER | _NEW_NETWORK) == 0 or unshare(_NEW_NETWORK) == 0)


def run_deep(work: Callable[[], None]) -> threading.Thread:
    """Start work in a thread whose stack bears deep recursion."""
    before = threading.stack_size(DEEP_STACK)
    try:
        thread = threading.Thread(target=work, name="engine", daemon=True)
        thread.start()
    finally:
        threading.stack_size(before)
    return thread
