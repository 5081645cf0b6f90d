"""The tables of the memory. What a row holds is JSON with a version of its own, so that these hardly ever change."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, Double, Index, MetaData, Table, Text
from sqlalchemy.schema import CreateIndex, CreateTable

MEMORY = Table(
    "memory",
    MetaData(),
    Column("key", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("data", Text, nullable=False),
    Column("updated", Double, nullable=False),  # seconds since 1970
)
BY_AGE = Index("memory_updated", MEMORY.c.updated)

STEPS = (CreateTable(MEMORY, if_not_exists=True), CreateIndex(BY_AGE, if_not_exists=True))
"""What leads from nothing, or from any earlier version, to the tables of today. Each step may be taken again."""


def bring_forward(connection: Connection) -> None:
    """Make what is missing."""
    for step in STEPS:
        connection.execute(step)
