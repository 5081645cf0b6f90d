"""The tables of the memory. What a row holds is JSON with a version of its own, so that these hardly ever change."""

from __future__ import annotations

from collections.abc import Mapping

COLUMNS: Mapping[str, str] = {
    "key": "TEXT NOT NULL PRIMARY KEY",
    "version": "BIGINT NOT NULL",
    "data": "TEXT NOT NULL",
    "updated": "DOUBLE PRECISION NOT NULL",  # seconds since 1970
}
STEPS = (
    f"CREATE TABLE IF NOT EXISTS memory ({', '.join(f'{name} {kind}' for name, kind in COLUMNS.items())})",
    "CREATE INDEX IF NOT EXISTS memory_updated ON memory (updated)",
)
"""What leads from nothing, or from any earlier version, to the tables of today. Each step may be taken again."""
