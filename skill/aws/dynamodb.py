"""Rows in a DynamoDB table, in the format of the official adapter (`ask-sdk-dynamodb-persistence-adapter`).

An item for each person: `id` is the person, `attributes` holds their rows. Reading and forgetting are the adapter's
own. Its writing is not: it puts the whole item back, and loses what was written meanwhile. Here every write is
conditional on the versions that were read, and as all rows of a person are one item, all are written or none.
What the adapter gives back as Decimal is two numbers of each row; the data is text.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import boto3
from ask_sdk_core.exceptions import PersistenceException
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from skill.database_url import dynamodb_of
from skill.errors import StoreConflict
from skill.rows import DAMAGED, KEPT, LAST_VERSION, PROBE, Change, Left, Row, person_of, row_of

ID, ROWS, EXPIRES = "id", "attributes", "expires"
"""The attributes of an item; the first two are what the official adapter calls them. `expires` is for DynamoDB's TTL."""
VERSION, DATA, UPDATED = "version", "data", "updated"
MOST = 200_000
"""Characters of a person's rows, from which on those of devices that nobody spoke to for longest go: an item has room
for 400 KB (DynamoDB, quotas), and a device has some 30."""
CHECKED = "-"
"""The item that a check writes: no person's, for those are 64 digits."""
REFUSED = "ConditionalCheckFailedException"


class DynamoRows:
    """Rows in one table. `clock` gives seconds since 1970; one call waits `wait` seconds at most, its retry included.

    Nothing is opened before the first use. Each thread has the adapter to itself, since boto3's resources are not safe
    to share.
    """

    errors: tuple[type[Exception], ...] = (PersistenceException, ClientError, BotoCoreError, OSError)

    def __init__(self, url: str, clock: Callable[[], float], wait: float) -> None:
        self._at, self._clock = dynamodb_of(url), clock
        # Two tries: the line that was kept open may have been closed since.
        self._config = Config(
            connect_timeout=wait / 2, read_timeout=wait / 2, retries={"total_max_attempts": 2}, max_pool_connections=1
        )
        self._mine = threading.local()
        self._making = threading.Lock()

    def load(self, keys: Sequence[str], left: Left) -> dict[str, Row]:
        """The rows of these keys, as one moment saw them."""
        stored = self._stored(person_of(keys[0]))
        found = {key: stored[name] for key in keys if (name := _name(key)) in stored}
        return {key: _row(one) for key, one in found.items() if not _is_old(one, self._clock())}

    def save(self, changes: Sequence[Change], left: Left) -> None:
        """Write all of these rows, or none. Raises StoreConflict when one of them was written meanwhile."""
        now = self._clock()
        if all(change.expected == 0 for change in changes) and self._begun(changes, now):
            return
        if left() < 0:
            raise TimeoutError("DynamoDB took too long")
        after = self._written(changes, now)
        if after is None:
            raise StoreConflict(changes[0].expected if len(changes) == 1 else self._lost(changes))
        if any(change.dates(now) for change in changes) and left() > 0:
            self._sweep(person_of(changes[0].key), after, {_name(change.key) for change in changes})

    def delete(self, person: str, left: Left) -> None:
        """Forget every row of this person, at one stroke."""
        self._official().delete_attributes(person)

    def check(self, left: Left) -> None:
        """Write an item, and leave none."""
        table = self._table()
        table.put_item(Item={ID: CHECKED, ROWS: {}, "probe": " " * PROBE})
        table.delete_item(Key={ID: CHECKED})

    def failed(self) -> None:
        """Nothing: the library connects anew by itself."""

    def close(self) -> None:
        """Let go of the connections; the next use opens others."""
        self._mine = threading.local()

    def _official(self) -> Any:
        """The official adapter of this thread, whose requests are the people themselves."""
        if not hasattr(self._mine, "adapter"):
            with self._making:
                self._mine.adapter = _adapter(self._at.table, self._at.region, self._at.endpoint, self._config)
        return self._mine.adapter

    def _table(self) -> Any:
        return self._official().dynamodb.Table(self._at.table)

    def _stored(self, person: str) -> Mapping[str, Any]:
        """What is stored of this person by the names of the rows; an item that is damaged has none."""
        try:
            found = self._official().get_attributes(person)
        except PersistenceException as error:
            if isinstance(error.__context__, KeyError):  # an item without rows
                return {}
            raise error.__context__ or error from None  # what it was: the adapter tells only its text
        return found if isinstance(found, dict) else {}

    def _begun(self, changes: Sequence[Change], now: float) -> bool:
        """Whether there was no item of this person, or a damaged one, and so these are now their first rows."""
        rows = {_name(change.key): _stored_as(change, now) for change in changes}
        item = {ID: person_of(changes[0].key), ROWS: rows, EXPIRES: round(now + KEPT)}
        names, values = {"#rows": ROWS}, {":map": "M"}
        condition = f"attribute_not_exists({ID}) OR NOT attribute_type(#rows, :map)"
        return self._tried("put_item", Item=item, **_conditional(condition, names, values)) is not None

    def _written(self, changes: Sequence[Change], now: float) -> Mapping[str, Any] | None:
        """The rows of this person after the changes; None where one was not of the expected version."""
        names = {"#rows": ROWS, "#version": VERSION, "#updated": UPDATED}
        values: dict[str, Any] = {}
        sets, conditions = [], [f"attribute_exists({ID})"]
        for index, change in enumerate(changes):
            row, given = f"#rows.#row{index}", f":row{index}"
            names[f"#row{index}"], values[given] = _name(change.key), _stored_as(change, now)
            sets.append(f"{row} = {given}")
            conditions.append(_condition(row, index, change, now, values))
        if any(change.dates(now) for change in changes):
            names["#expires"], values[":expires"] = EXPIRES, round(now + KEPT)
            sets.append("#expires = :expires")
        condition = " AND ".join(conditions)
        used = {name: meant for name, meant in names.items() if name in condition or name in ("#rows", "#expires") or
                name.startswith("#row")}
        answer = self._tried(
            "update_item", Key={ID: person_of(changes[0].key)}, UpdateExpression=f"SET {', '.join(sets)}",
            ReturnValues="ALL_NEW", **_conditional(condition, used, values),
        )  # fmt: skip
        return answer["Attributes"][ROWS] if answer is not None else None
