"""The cache of answers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from server.cache import Cache


@given(st.lists(st.tuples(st.integers(0, 9), st.binary(max_size=12)), max_size=60))
def test_it_holds_no_more_than_allowed_and_gives_only_what_was_put(
    puts: list[tuple[int, bytes]],
) -> None:
    cache: Cache[int, bytes] = Cache(most=30, largest=10)
    kept: dict[int, bytes] = {}
    for key, body in puts:
        cache.put(key, body)
        if len(body) <= 10:
            kept[key] = body
        assert cache.held <= 30
        found = cache.get(key)
        assert found is None or found == kept.get(key)
    held = [cache.get(key) for key in range(10)]
    assert cache.held == sum(len(body) for body in held if body is not None)


def test_what_was_asked_for_last_stays() -> None:
    cache: Cache[str, bytes] = Cache(most=10, largest=5)
    cache.put("a", b"12345")
    cache.put("b", b"12345")
    cache.get("a")
    cache.put("c", b"12345")
    assert [cache.get(key) for key in "abc"] == [b"12345", None, b"12345"]
    assert (cache.hits, cache.misses) == (3, 1)
