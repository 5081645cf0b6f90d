"""Rows in a DynamoDB table, in the format of the official adapter (`ask-sdk-dynamodb-persistence-adapter`).

There is one item for each person: `id` is the person, `attributes` holds their rows. The adapter reads and deletes
items. It does not write them: it would put the whole item back, and lose what another request wrote meanwhile. Each
write is conditional on the versions that were read, and since all rows of a person are one item, all are written or
none. The adapter gives the two numbers of a row as Decimal; the data is text.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import reduce
from operator import and_
from typing import Any

import boto3
from ask_sdk_core.exceptions import PersistenceException
from boto3.dynamodb.conditions import Attr, ConditionBase
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from skill.aws_urls import AwsResource, dynamodb_of
from skill.errors import StoreConflict
from skill.store.rows import (
    DAMAGED,
    LAST_VERSION,
    PROBE_BYTES,
    ROW_LIFETIME,
    Change,
    Row,
    SecondsLeft,
    person_of,
    row_of,
)

ID, ROWS, EXPIRES = "id", "attributes", "expires"
"""The attributes of an item: the official adapter names the first two, the third is for DynamoDB's TTL."""
VERSION, DATA, UPDATED = "version", "data", "updated"
PERSON_ROW = "/"
"""The name of the person's own row; a device's row has the part of its key from the slash on."""
MOST_CHARACTERS = 200_000
"""Characters of a person's rows. Beyond, the oldest are deleted: an item has room for 400 KB (DynamoDB, quotas), and a
device takes about 30."""
PROBE_ITEM = "-"
"""The item that a check writes. No person has this id: theirs have 64 digits."""
CONDITION_FAILED = "ConditionalCheckFailedException"


class DynamoRows:
    """Rows in one table. Nothing is opened before the first use. `clock` gives seconds since 1970.

    A call that reads takes about `timeout` seconds at most, with its second attempt; one that writes takes half of it.
    Each thread has an adapter of its own: threads must not share boto3's resources.
    """

    errors: tuple[type[Exception], ...] = (PersistenceException, ClientError, BotoCoreError, OSError)
    """What every method raises when the database cannot be used."""

    def __init__(self, url: str, clock: Callable[[], float], timeout: float) -> None:
        self._at, self._clock = dynamodb_of(url), clock
        # One attempt: a write that is repeated may meet its own first attempt, and take it for another request's.
        self._config = Config(connect_timeout=timeout / 2, read_timeout=timeout / 2, retries={"total_max_attempts": 1})
        self._local = threading.local()
        self._lock = threading.Lock()

    def load(self, keys: Sequence[str], left: SecondsLeft) -> dict[str, Row]:
        """The rows of these keys, as they were at one moment; a key without a row is left out."""
        stored, now = self._stored(person_of(keys[0]), left), self._clock()
        found = {key: stored[name] for key in keys if (name := _name(key)) in stored}
        return {key: _row(one) for key, one in found.items() if not _is_old(one, now)}

    def save(self, changes: Sequence[Change], left: SecondsLeft) -> None:
        """Write all of these rows, or none. Raises StoreConflict when one of them was written meanwhile."""
        person, now = person_of(changes[0].key), self._clock()
        rows = {_name(change.key): _stored_as(change, now) for change in changes}
        if all(change.expected == 0 for change in changes) and self._created(person, rows, now):
            return
        if left() < 0:
            raise TimeoutError("DynamoDB took too long")
        after = self._updated(person, changes, rows, now)
        if after is None:  # DynamoDB does not say which of them it was
            raise StoreConflict(max(change.expected for change in changes))
        if any(change.renews_date(now) for change in changes) and left() > 0:
            self._sweep(person, after, now)

    def delete(self, person: str, left: SecondsLeft) -> None:
        """Delete every row of this person, in one step."""
        self._twice(lambda: self._adapter().delete_attributes(person), left)

    def check(self, left: SecondsLeft) -> None:
        """Write an item of `PROBE_BYTES`, and delete it."""
        table = self._table()
        table.put_item(Item={ID: PROBE_ITEM, ROWS: {}, "probe": " " * PROBE_BYTES})
        table.delete_item(Key={ID: PROBE_ITEM})

    def reset(self) -> None:
        """Nothing: boto3 opens new connections by itself."""

    def close(self) -> None:
        """Close the connections; the next use opens others."""
        self._local = threading.local()

    def _adapter(self) -> Any:
        """The official adapter of this thread. It is given the person in place of a request."""
        if not hasattr(self._local, "adapter"):
            with self._lock:
                self._local.adapter = _official(self._at, self._config)
        return self._local.adapter

    def _table(self) -> Any:
        return self._adapter().dynamodb.Table(self._at.name)

    def _stored(self, person: str, left: SecondsLeft) -> Mapping[str, Any]:
        """The stored rows of this person by their names; none where the item is missing or damaged."""
        try:
            found = self._twice(lambda: self._adapter().get_attributes(person), left)
        except KeyError:
            return {}
        return found if isinstance(found, dict) else {}

    def _twice(self, call: Callable[[], Any], left: SecondsLeft) -> Any:
        """Call the adapter, and once more after a connection error: the server may have closed an idle connection.

        Raises the cause of the adapter's error, whose own text may hold stored data.
        """
        for again in (True, False):
            try:
                return call()
            except PersistenceException as error:
                cause = error.__context__ or error
                if not (again and isinstance(cause, BotoCoreError) and left() > 0):
                    raise cause from None

    def _created(self, person: str, rows: Mapping[str, Any], now: float) -> bool:
        """Write the first rows of this person; False where there is an item already that is not damaged."""
        unless = Attr(ID).not_exists() | ~Attr(ROWS).attribute_type("M")
        item = {ID: person, ROWS: rows, EXPIRES: round(now + ROW_LIFETIME)}
        return self._call("put_item", Item=item, ConditionExpression=unless) is not None

    def _updated(
        self, person: str, changes: Sequence[Change], rows: Mapping[str, Any], now: float
    ) -> Mapping[str, Any] | None:
        """The rows of this person after the changes; None where a row did not have the expected version."""
        names, sets = {"#rows": ROWS}, list[str]()
        values: dict[str, Any] = {}
        for index, (name, row) in enumerate(rows.items()):
            names[f"#row{index}"], values[f":row{index}"] = name, row
            sets.append(f"#rows.#row{index} = :row{index}")
        if any(change.renews_date(now) for change in changes):
            names["#expires"], values[":expires"] = EXPIRES, round(now + ROW_LIFETIME)
            sets.append("#expires = :expires")
        answer = self._call(
            "update_item", Key={ID: person}, UpdateExpression=f"SET {', '.join(sets)}",
            ConditionExpression=reduce(and_, (_unchanged(change, now) for change in changes), Attr(ID).exists()),
            ExpressionAttributeNames=names, ExpressionAttributeValues=values, ReturnValues="ALL_NEW",
        )  # fmt: skip
        return answer["Attributes"][ROWS] if answer is not None else None

    def _sweep(self, person: str, rows: Mapping[str, Any], now: float) -> None:
        """Delete rows of this person that are old, or for which there is no room; once a day for each person."""
        if not (surplus := _surplus(rows, now)):
            return
        names = {"#rows": ROWS} | {f"#row{index}": name for index, name in enumerate(surplus)}
        removed = ", ".join(f"#rows.#row{index}" for index in range(len(surplus)))
        # If another request writes one of them at this moment, they all stay for another day.
        same = reduce(and_, (_still(name, rows[name]) for name in surplus))
        self._call(
            "update_item", Key={ID: person}, UpdateExpression=f"REMOVE {removed}", ConditionExpression=same,
            ExpressionAttributeNames=names,
        )  # fmt: skip

    def _call(self, operation: str, **arguments: Any) -> Any:
        """The table's answer; None where the condition did not hold."""
        try:
            return getattr(self._table(), operation)(**arguments)
        except ClientError as error:
            if error.response["Error"]["Code"] == CONDITION_FAILED:
                return None
            raise


def _official(at: AwsResource, config: Config) -> Any:
    """The official adapter. Its module creates a table resource on import, which fails without a default region."""
    if boto3.DEFAULT_SESSION is None or boto3.DEFAULT_SESSION.region_name is None:
        boto3.setup_default_session(region_name=at.region)
    from ask_sdk_dynamodb.adapter import DynamoDbAdapter

    session = boto3.DEFAULT_SESSION
    resource = session.resource("dynamodb", region_name=at.region, endpoint_url=at.endpoint, config=config)
    return DynamoDbAdapter(
        at.name, partition_key_name=ID, attribute_name=ROWS, partition_keygen=str, dynamodb_resource=resource
    )


def _name(key: str) -> str:
    return key[len(person_of(key)) :] or PERSON_ROW


def _stored_as(change: Change, now: float) -> Mapping[str, Any]:
    dated = now if change.renews_date(now) else change.dated
    return {VERSION: change.version, DATA: change.text, UPDATED: Decimal(str(dated))}


def _row(stored: Any) -> Row:
    if not isinstance(stored, dict):
        return Row(DAMAGED, {})
    version, updated = stored.get(VERSION), stored.get(UPDATED)
    version = int(version) if isinstance(version, Decimal) and version == version.to_integral_value() else version
    return row_of(version, stored.get(DATA), float(updated) if isinstance(updated, Decimal) else None)


def _is_old(stored: Any, now: float) -> bool:
    """Whether a row has reached its lifetime. DynamoDB's own TTL is days late, and deletes whole items only."""
    updated = stored.get(UPDATED) if isinstance(stored, dict) else None
    return isinstance(updated, Decimal) and updated < now - ROW_LIFETIME


def _unchanged(change: Change, now: float) -> ConditionBase:
    """The condition that the row still has the version that was read."""
    row = f"{ROWS}.{_name(change.key)}"
    version = Attr(f"{row}.{VERSION}")
    if change.expected == DAMAGED:
        return Attr(row).exists() & ~(version.attribute_type("N") & version.between(1, LAST_VERSION))
    if change.expected == 0:
        return Attr(row).not_exists() | Attr(f"{row}.{UPDATED}").lt(Decimal(str(now - ROW_LIFETIME)))
    return version.eq(change.expected)


def _still(name: str, stored: Any) -> ConditionBase:
    """The condition that a stored row still has its version."""
    if not isinstance(stored, dict) or VERSION not in stored:
        return Attr(f"{ROWS}.{name}").exists()
    return Attr(f"{ROWS}.{name}.{VERSION}").eq(stored[VERSION])


def _surplus(rows: Mapping[str, Any], now: float) -> Sequence[str]:
    """The names of the rows that are old and, from the oldest on, of those for which there is no room."""
    surplus, size = [], 0
    for name in sorted(rows, key=lambda name: (name == PERSON_ROW, _row(rows[name]).dated), reverse=True):
        size += len(str(rows[name]))
        if (name != PERSON_ROW and size > MOST_CHARACTERS) or _is_old(rows[name], now):
            surplus.append(name)
    return surplus
