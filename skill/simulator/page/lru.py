"""A cache of the values that were used last."""

from __future__ import annotations

from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class LruCache(Generic[K, V]):
    """At most `size` values by their keys; the one that was used longest ago is dropped first. Thread-safe."""

    def __init__(self, size: int) -> None:
        self._size, self._values, self._lock = size, dict[K, V](), Lock()

    def get(self, key: K) -> V | None:
        """The value of this key, which counts as a use; None where there is none."""
        with self._lock:
            if key in self._values:
                self._values[key] = self._values.pop(key)  # a dict keeps the order of insertion
            return self._values.get(key)

    def put(self, key: K, value: V) -> None:
        """Keep this value under its key."""
        with self._lock:
            self._values.pop(key, None)
            self._values[key] = value
            if len(self._values) > self._size:
                del self._values[next(iter(self._values))]

    def values(self) -> tuple[V, ...]:
        """All values that are kept, which does not count as a use."""
        with self._lock:
            return tuple(self._values.values())
