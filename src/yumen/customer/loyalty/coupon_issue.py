"""Give coupons out: to all members (of a tier) in chunks that go on where they stopped, or to whoever has a code.

Limits hold under any number at once: every way of giving holds the definition's row first. A batch is begun once for
its reference. Codes are 80 random bits, shown once; only their SM3 is stored, and tries are counted.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

from yumen.customer.identity import subjects
from yumen.customer.loyalty import coupon_book, coupon_store, ledger_store
from yumen.customer.loyalty.coupon_book import Definition
from yumen.customer.loyalty.events import CouponBatchBegun
from yumen.kit.crypto import sm3
from yumen.kit.errors import Code
from yumen.kit.ids import ALPHABET, HandlerId, SubjectId, new_id
from yumen.kit.jobs import Arguments
from yumen.kit.work import Actor, ActorKind, UnitOfWork, Work, recorded
from yumen.security import trail

NOT_OPEN: Final = Code("coupon.not_open", 409)
SOLD_OUT: Final = Code("coupon.sold_out", 409)
PERSON_LIMIT: Final = Code("coupon.person_limit", 409)
BATCH_USED: Final = Code("coupon.batch_used", 409)
CODE_UNKNOWN: Final = Code("coupon.code_unknown", 404)
ATTEMPTS: Final = Code("coupon.attempts_limit", 429)

BEGUN: Final = trail.LeafKind("coupon.batch_begun", "batch", "definition", "tier")
ISSUED: Final = trail.LeafKind("coupon.issued", "batch", "definition", "coupons")
CLAIMED: Final = trail.LeafKind("coupon.claimed", "coupon", "definition")
CODES_MADE: Final = trail.LeafKind("coupon.codes_made", "definition", "codes")

CHUNK: Final = 200
ROUNDS_MAX: Final = 1_000_000
CODES_MAX: Final = 1000
CODE_LENGTH: Final = 16
ATTEMPTS_PER_HOUR_MAX: Final = 10


@recorded
async def begin_batch(uow: UnitOfWork, definition: str, reference: str, tier: str | None = None) -> str:
    """Begin to give one coupon to each member (of that tier); answers the batch. A repeat answers the same.

    Raises `coupon.definition_unknown`, `coupon.not_open`, `coupon.batch_used` (the reference stands for another batch).
    """
    wanted = await _open(uow, definition)
    batch = new_id("cpb")
    if not await coupon_store.insert_batch(uow.conn, uow.handler, batch, wanted.id, reference, tier, uow.now):
        earlier = await coupon_store.find_batch(uow.conn, uow.handler, reference)
        if earlier is None or (earlier["definition_id"], earlier["tier"]) != (definition, tier):
            raise BATCH_USED(at="/reference")
        return uow.unchanged(str(earlier["id"]))
    await trail.record(uow, BEGUN.name, batch=batch, definition=definition, tier=tier)
    await uow.emit(CouponBatchBegun(batch, uow.handler))
    return batch


async def issue_batch_job(work: Work, args: Arguments) -> None:
    """Go on with a batch until it is done; arguments: `batch`, `handler`. Safe to repeat and to interrupt."""
    actor = Actor(ActorKind.SYSTEM, "worker", HandlerId(int(args["handler"] or 0)))
    for _ in range(ROUNDS_MAX):
        async with work.begin(actor) as uow:
            if await issue_chunk(uow, str(args["batch"])):
                return


@recorded
async def issue_chunk(uow: UnitOfWork, batch: str) -> bool:
    """Give the next members their coupons; True when nobody is left, or the total is out."""
    row = await coupon_store.lock_batch(uow.conn, uow.handler, batch)
    if row is None or row["done_at"] is not None:
        return uow.unchanged(True)
    definition = await coupon_book.get(uow, row["definition_id"])
    remaining = await coupon_store.lock_remaining(uow.conn, definition.id, CHUNK)
    audience = await coupon_store.list_audience(
        uow.conn, uow.handler, row["reached_subject_id"], row["tier"], max(remaining, 1)
    )
    is_done = remaining <= 0 or len(audience) < remaining or not definition.is_open(uow.now)
    persons = sorted({SubjectId(one["person"]) for one in audience}) if definition.is_open(uow.now) else []
    count = await coupon_store.insert_for_many(
        uow.conn, uow.handler, definition.id, batch, persons[: max(remaining, 0)],
        definition.limits.per_person_max, uow.now, expires_at(definition, uow.now),
    )  # fmt: skip
    await coupon_store.add_issued(uow.conn, definition.id, count)
    reached = audience[-1]["subject_id"] if audience else row["reached_subject_id"]
    await coupon_store.move_batch(uow.conn, batch, reached, count, uow.now if is_done else None)
    if not count:
        return uow.unchanged(is_done)
    await trail.record(uow, ISSUED.name, batch=batch, definition=definition.id, coupons=count)
    return is_done


@recorded
async def make_codes(uow: UnitOfWork, definition: str, count: int) -> list[str]:
    """Make so many codes (at most `CODES_MAX`), each good for one coupon; they are shown this once.

    Raises `coupon.definition_unknown`, `coupon.not_open`.
    """
    wanted = await _open(uow, definition)
    codes = [new_code() for _ in range(count)]
    await coupon_store.insert_codes(uow.conn, uow.handler, wanted.id, [hash_of(code) for code in codes], uow.now)
    await trail.record(uow, CODES_MADE.name, definition=definition, codes=count)
    return codes


async def count_attempt(uow: UnitOfWork, subject: SubjectId) -> None:
    """Count a try before it is made, in a unit of its own, so that failures count. Raises `coupon.attempts_limit`."""
    hour_at = uow.now.replace(minute=0, second=0, microsecond=0)
    await coupon_store.forget_attempts(uow.conn, hour_at - timedelta(days=1))
    if await coupon_store.count_attempt(uow.conn, subject, hour_at) > ATTEMPTS_PER_HOUR_MAX:
        raise ATTEMPTS(per_hour=ATTEMPTS_PER_HOUR_MAX)


@recorded
async def claim(uow: UnitOfWork, subject: SubjectId, code: str) -> str:
    """Give the bearer of a code its coupon; answers the coupon's id.

    Raises `coupon.code_unknown`, `coupon.not_open`, `coupon.sold_out`, `coupon.person_limit`.
    """
    definition_id = await coupon_store.claim_code(uow.conn, uow.handler, hash_of(code), subject, uow.now)
    if definition_id is None:
        raise CODE_UNKNOWN(at="/code")
    definition = await _open(uow, definition_id)
    coupon = await _give(uow, subject, definition)
    await trail.record(uow, CLAIMED.name, subject, coupon=coupon, definition=definition.id)
    return coupon


def new_code() -> str:
    """16 signs of Crockford base32 in groups of four."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)).upper()
    return "-".join(signs[place : place + 4] for place in range(0, CODE_LENGTH, 4))


def hash_of(code: str) -> bytes:
    """SM3 of a code as it was meant: without separators, case and the letters one misreads (Crockford)."""
    meant = code.upper().replace("-", "").replace(" ", "").translate(str.maketrans("OIL", "011"))
    return sm3(meant.encode())


def expires_at(definition: Definition, issued_at: datetime) -> datetime:
    """When a coupon that is issued then ends; one that is issued before its beginning lives from there on."""
    return max(issued_at, definition.limits.starts_at) + timedelta(days=definition.limits.valid_days)


async def _give(uow: UnitOfWork, subject: SubjectId, definition: Definition) -> str:
    """One coupon for one person, within both limits; the definition is held from here to commit."""
    if not await coupon_store.take_one(uow.conn, definition.id):
        raise SOLD_OUT()
    family = await ledger_store.list_family(uow.conn, uow.handler, subject)
    if not family:
        raise subjects.NOT_FOUND()
    held, number = await coupon_store.count_of_person(uow.conn, definition.id, family)
    if held >= definition.limits.per_person_max:
        raise PERSON_LIMIT(per_person=definition.limits.per_person_max)
    ends_at = expires_at(definition, uow.now)
    return await coupon_store.insert_coupon(
        uow.conn, uow.handler, definition.id, family[0], number + 1, uow.now, ends_at
    )


async def _open(uow: UnitOfWork, definition: str) -> Definition:
    wanted = await coupon_book.get(uow, definition)
    if not wanted.is_open(uow.now):
        raise NOT_OPEN()
    return wanted
