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
"""The attributes of an item: the first two are called so by the official adapter, the third is for DynamoDB's TTL."""
VERSION, DATA, UPDATED = "version", "data", "updated"
PERSON_ROW = "/"
"""The row of the person; that of a device is called as in its key, from the slash on."""
MOST_CHARACTERS = 200_000
"""Characters of a person's rows. Beyond, those that nobody wrote for longest go: an item has room for 400 KB (DynamoDB,
quotas), and a device has some 30."""
PROBE_ITEM = "-"
"""The item that a check writes: no person's, for those are 64 digits."""
CONDITION_FAILED = "ConditionalCheckFailedException"


class DynamoRows:
    """Rows in one table. `clock` gives seconds since 1970; a call that reads waits about `wait` seconds at most, the
    second try included, and one that writes half of it.

    Nothing is opened before the first use. Each thread has the adapter to itself: boto3's resources are not to be
    shared.
    """

    errors: tuple[type[Exception], ...] = (PersistenceException, ClientError, BotoCoreError, OSError)
    """What is raised when they cannot be used."""

    def __init__(self, url: str, clock: Callable[[], float], wait: float) -> None:
        self._at, self._clock = dynamodb_of(url), clock
        # The library tries once: a write made again may meet itself, and take itself for somebody else's.
        self._config = Config(connect_timeout=wait / 2, read_timeout=wait / 2, retries={"total_max_attempts": 1})
        self._mine = threading.local()
        self._making = threading.Lock()

    def load(self, keys: Sequence[str], left: SecondsLeft) -> dict[str, Row]:
        """The rows of these keys, as one moment saw them."""
        stored, now = self._stored(person_of(keys[0]), left), self._clock()
        found = {key: stored[name] for key in keys if (name := _name(key)) in stored}
        return {key: _row(one) for key, one in found.items() if not _is_old(one, now)}

    def save(self, changes: Sequence[Change], left: SecondsLeft) -> None:
        """Write all of these rows, or none. Raises StoreConflict when one of them was written meanwhile."""
        person, now = person_of(changes[0].key), self._clock()
        rows = {_name(change.key): _stored_as(change, now) for change in changes}
        if all(change.expected == 0 for change in changes) and self._begun(person, rows, now):
            return
        if left() < 0:
            raise TimeoutError("DynamoDB took too long")
        after = self._written(person, changes, rows, now)
        if after is None:  # which of them it was is not told
            raise StoreConflict(max(change.expected for change in changes))
        if any(change.renews_date(now) for change in changes) and left() > 0:
            self._sweep(person, after, now)

    def delete(self, person: str, left: SecondsLeft) -> None:
        """Forget every row of this person, at one stroke."""
        self._twice(lambda: self._adapter().delete_attributes(person), left)

    def check(self, left: SecondsLeft) -> None:
        """Write an item, and leave none."""
        table = self._table()
        table.put_item(Item={ID: PROBE_ITEM, ROWS: {}, "probe": " " * PROBE_BYTES})
        table.delete_item(Key={ID: PROBE_ITEM})

    def reset(self) -> None:
        """Nothing: boto3 opens new connections by itself."""

    def close(self) -> None:
        """Let go of the connections; the next use opens others."""
        self._mine = threading.local()

    def _adapter(self) -> Any:
        """The official adapter of this thread. What it takes for a request is the person."""
        if not hasattr(self._mine, "adapter"):
            with self._making:
                self._mine.adapter = _official(self._at, self._config)
        return self._mine.adapter

    def _table(self) -> Any:
        return self._adapter().dynamodb.Table(self._at.name)

    def _stored(self, person: str, left: SecondsLeft) -> Mapping[str, Any]:
        """What is stored of this person, by the names of the rows; an item without any is damaged, and has none."""
        try:
            found = self._twice(lambda: self._adapter().get_attributes(person), left)
        except KeyError:
            return {}
        return found if isinstance(found, dict) else {}

    def _twice(self, options: Callable[[], Any], left: SecondsLeft) -> Any:
        """Ask the official adapter, and once more where the line broke: one that was kept open may be closed by now."""
        try:
            return _as_it_was(options)
        except BotoCoreError:
            if left() <= 0:
                raise
            return _as_it_was(options)

    def _begun(self, person: str, rows: Mapping[str, Any], now: float) -> bool:
        """Whether there was no item of this person, or a damaged one: then these are now their first rows."""
        unless = Attr(ID).not_exists() | ~Attr(ROWS).attribute_type("M")
        item = {ID: person, ROWS: rows, EXPIRES: round(now + ROW_LIFETIME)}
        return self._done("put_item", Item=item, ConditionExpression=unless) is not None

    def _written(
        self, person: str, changes: Sequence[Change], rows: Mapping[str, Any], now: float
    ) -> Mapping[str, Any] | None:
        """The rows of this person after the changes; None where one of these was not of the expected version."""
        names, sets = {"#rows": ROWS}, list[str]()
        values: dict[str, Any] = {}
        for index, (name, row) in enumerate(rows.items()):
            names[f"#row{index}"], values[f":row{index}"] = name, row
            sets.append(f"#rows.#row{index} = :row{index}")
        if any(change.renews_date(now) for change in changes):
            names["#expires"], values[":expires"] = EXPIRES, round(now + ROW_LIFETIME)
            sets.append("#expires = :expires")
        answer = self._done(
            "update_item", Key={ID: person}, UpdateExpression=f"SET {', '.join(sets)}",
            ConditionExpression=reduce(and_, (_unchanged(change, now) for change in changes), Attr(ID).exists()),
            ExpressionAttributeNames=names, ExpressionAttributeValues=values, ReturnValues="ALL_NEW",
        )  # fmt: skip
        return answer["Attributes"][ROWS] if answer is not None else None

    def _sweep(self, person: str, rows: Mapping[str, Any], now: float) -> None:
        """Once a day for each person, forget what nobody wrote for long, or what there is no room for."""
        going = _going(rows, now)
        if not going:
            return
        names = {"#rows": ROWS} | {f"#row{index}": name for index, name in enumerate(going)}
        removed = ", ".join(f"#rows.#row{index}" for index in range(len(going)))
        # Where somebody writes one of them just now, they stay for another day.
        same = reduce(and_, (_still(name, rows[name]) for name in going))
        self._done(
            "update_item", Key={ID: person}, UpdateExpression=f"REMOVE {removed}", ConditionExpression=same,
            ExpressionAttributeNames=names,
        )  # fmt: skip

    def _done(self, what: str, **how: Any) -> Any:
        """The table's answer; None where the condition did not hold."""
        try:
            return getattr(self._table(), what)(**how)
        except ClientError as error:
            if error.response["Error"]["Code"] == CONDITION_FAILED:
                return None
            raise


def _official(at: AwsResource, config: Config) -> Any:
    """The official adapter, made safe to import: it asks for a table's region before anybody can name one."""
    if boto3.DEFAULT_SESSION is None or boto3.DEFAULT_SESSION.region_name is None:
        boto3.setup_default_session(region_name=at.region)
    from ask_sdk_dynamodb.adapter import DynamoDbAdapter

    session = boto3.DEFAULT_SESSION
    resource = session.resource("dynamodb", region_name=at.region, endpoint_url=at.endpoint, config=config)
    return DynamoDbAdapter(
        at.name, partition_key_name=ID, attribute_name=ROWS, partition_keygen=str, dynamodb_resource=resource
    )


def _as_it_was(call: Callable[[], Any]) -> Any:
    """What it gives. Raises what failed: the official adapter tells only its text, which may hold what was read."""
    try:
        return call()
    except PersistenceException as error:
        raise error.__context__ or error from None


def _name(key: str) -> str:
    return key[len(person_of(key)) :] or PERSON_ROW


def _stored_as(change: Change, now: float) -> Mapping[str, Any]:
    dated = now if change.renews_date(now) else change.dated
    return {VERSION: change.version, DATA: change.text, UPDATED: Decimal(str(dated))}


def _row(stored: Any) -> Row:
    if not isinstance(stored, dict):
        return Row(DAMAGED, {})
    version, updated = stored.get(VERSION), stored.get(UPDATED)
    if isinstance(version, Decimal) and version == version.to_integral_value():
        version = int(version)
    return row_of(version, stored.get(DATA), float(updated) if isinstance(updated, Decimal) else None)


def _is_old(stored: Any, now: float) -> bool:
    """Whether nobody wrote this row for long. DynamoDB's own TTL comes days later, and takes whole people only."""
    updated = stored.get(UPDATED) if isinstance(stored, dict) else None
    return isinstance(updated, Decimal) and updated < now - ROW_LIFETIME


def _unchanged(change: Change, now: float) -> ConditionBase:
    """That the row is still of the version that was read."""
    row = f"{ROWS}.{_name(change.key)}"
    version = Attr(f"{row}.{VERSION}")
    if change.expected == DAMAGED:
        return Attr(row).exists() & ~(version.attribute_type("N") & version.between(1, LAST_VERSION))
    if change.expected == 0:
        return Attr(row).not_exists() | Attr(f"{row}.{UPDATED}").lt(Decimal(str(now - ROW_LIFETIME)))
    return version.eq(change.expected)


def _still(name: str, stored: Any) -> ConditionBase:
    """That a row is of the version it had."""
    if not isinstance(stored, dict) or VERSION not in stored:
        return Attr(f"{ROWS}.{name}").exists()
    return Attr(f"{ROWS}.{name}.{VERSION}").eq(stored[VERSION])


def _going(rows: Mapping[str, Any], now: float) -> Sequence[str]:
    """The names of the rows that are old or, from the oldest on, too many."""
    going, size = [], 0
    for name in sorted(rows, key=lambda name: (name == PERSON_ROW, _row(rows[name]).dated), reverse=True):
        size += len(str(rows[name]))
        if (name != PERSON_ROW and size > MOST_CHARACTERS) or _is_old(rows[name], now):
            going.append(name)
    return going
