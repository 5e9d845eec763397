"""Change a dataset behind an engine, and die at one of the requests that write.

Arguments: the address of queries, the folder, the number of the request, 0 for none, whether to
die `before` it is sent or `after` it is answered, and `update` where it takes updates alone.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from typing import Any

from rdflib import Literal, Namespace

from kg.store import ENGINES, connect
from kg.store.protocol_requests import Endpoint

EX = Namespace("https://example.org/")


def main(url: str, folder: str, number: str, when: str, way: str) -> None:
    left = int(number)
    request = Endpoint._request

    def step(*given: Any, **more: Any) -> Any:
        nonlocal left
        method = given[1]
        left -= method != "GET"
        is_last = not left and method != "GET" and number != "0"
        if is_last and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        reply = request(*given, **more)
        if is_last:
            os.kill(os.getpid(), signal.SIGKILL)
        return reply

    Endpoint._request = step  # type: ignore[method-assign]  # the requests are counted
    engine = ENGINES["oxigraph"]
    if way == "update":
        engine = replace(engine, graph_store=None)
    home = connect(url, folder, engine=engine)
    with home.begin(agent="child", reason="four graphs") as change:
        change.replace(EX.replaced, [(EX.s, EX.p, Literal("new"))])
        change.add([(EX.s, EX.p, Literal("new"), EX.added), (EX.s, EX.p, EX.o, EX.made)])
        change.discard([(EX.s, EX.p, Literal("old"), EX.discarded)])
        change.remove(EX.removed)


if __name__ == "__main__":
    main(*sys.argv[1:])
