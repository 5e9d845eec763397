"""Wires: two ends of a socket that carry messages between this process and a worker.

A pipe of `multiprocessing` takes three calls of the system to wait for a message and read it. At
each of them this thread gives way to all others and has to wait for its turn again, which is most
of what a small query costs; here it is one.
"""

from __future__ import annotations

import os
import pickle
import socket
import struct

__all__ = ["PAUSE", "Wire", "wire"]

PAUSE = 0.05
"""Seconds after which an end that waits looks up."""

_LENGTH = struct.Struct("!Q")
_PIECE = 1 << 16  # bytes


class Wire:
    """One end: it sends objects, and receives those that the other end sent, in turn."""

    def __init__(self, end: socket.socket) -> None:
        self.end = end
        self._received = bytearray()

    def wait_in_steps(self) -> None:
        """Look up every few moments while waiting."""
        milliseconds = int(PAUSE * 1_000)
        in_seconds = struct.pack("ll", 0, milliseconds * 1_000)  # and microseconds
        pause = struct.pack("L", milliseconds) if os.name == "nt" else in_seconds
        self.end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, pause)

    def send(self, message: object) -> None:
        """Send an object; raise OSError where the other end is closed."""
        data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
        self.end.sendall(_LENGTH.pack(len(data)) + data)

    def has_message(self) -> bool:
        """Wait for a whole message, a moment at the most where this end waits in steps.

        Raise EOFError where the other end is closed.
        """
        while not self._is_whole():
            try:
                piece = self.end.recv(_PIECE)
            except (BlockingIOError, TimeoutError):  # as the system calls it
                return False
            if not piece:
                raise EOFError
            self._received += piece
        return True

    def receive(self) -> object:
        """Return the next message, whenever it comes."""
        while not self.has_message():
            pass
        end = self._end()
        message: object = pickle.loads(memoryview(self._received)[_LENGTH.size : end])  # noqa: S301  # our own process wrote it
        self._received = self._received[end:]
        return message

    def close(self) -> None:
        """Close this end; the other is told."""
        self.end.close()

    def _end(self) -> int:
        """Return where the first message ends; needs its first bytes."""
        length: int = _LENGTH.unpack_from(self._received)[0]
        return _LENGTH.size + length

    def _is_whole(self) -> bool:
        size = len(self._received)
        return size >= _LENGTH.size and size >= self._end()


def wire() -> tuple[Wire, socket.socket]:
    """Return an end that waits in steps, and the socket of the other one, for another process."""
    ours, theirs = socket.socketpair()
    mine = Wire(ours)
    mine.wait_in_steps()
    return mine, theirs
