"""One call carries each person once; a second record of the same person waits, so that the order stays.

External ids are the same person's whatever their case: both CRMs compare them so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from yumen.gateway.connectors.connector import Outcome, Record, Settled
from yumen.kit.errors import Rejected

SAME_CALL = "SAME_CALL"

T = TypeVar("T")


def firsts(records: Sequence[Record], batch_max: int) -> list[Record]:
    """The first record of each person. Raises Rejected("connector.batch_too_large")."""
    if len(records) > batch_max:
        raise Rejected("connector.batch_too_large", records=len(records), batch_max=batch_max)
    first: dict[str, Record] = {}
    for record in records:
        first.setdefault(record.external_id.casefold(), record)
    return list(first.values())


def in_order(records: Sequence[Record], answers: Sequence[Settled]) -> list[Settled]:
    """One answer a record, in the records' order, from the answers on their `firsts`."""
    left = {answer.external_id.casefold(): answer for answer in answers}
    waiting = [Settled(record.external_id, Outcome.RETRY, SAME_CALL) for record in records]
    return [left.pop(wait.external_id.casefold(), wait) for wait in waiting]


def chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Pieces of at most `size`, in order."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
