"""Keep a person's addresses, sealed under the key of the membership. An order takes its own copy under another key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from psycopg.rows import DictRow

from yumen.customer.identity import subjects
from yumen.customer.orders import book_store as store
from yumen.customer.orders.destination import Destination, packed, unpacked
from yumen.customer.orders.events import AddressesChanged
from yumen.customer.orders.fields import BOOK_ADDRESS, BOOK_PHONE, BOOK_RECIPIENT
from yumen.kit.errors import Code
from yumen.kit.ids import SubjectId, new_id
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail, vault

NOT_FOUND: Final = Code("address.not_found", 404)
FULL: Final = Code("address.book_full", 409)

PUT: Final = trail.LeafKind("address.put", "address")
REMOVED: Final = trail.LeafKind("address.removed", "address")


@dataclass(frozen=True, slots=True)
class Entry:
    """One address of the book, opened."""

    id: str
    destination: Destination
    preferred: bool


@recorded
async def put(
    uow: UnitOfWork,
    person: SubjectId,
    destination: Destination,
    *,
    preferred: bool = False,
    address: str | None = None,
) -> str:
    """Add an address, or change the one named; answers its id. Raises `address.not_found`, `address.book_full`."""
    await store.lock_person(uow.conn, person)
    family = await subjects.family(uow.conn, person)
    known = await store.list_addresses(uow.conn, family)
    if address is None and len(known) >= store.ADDRESSES_MAX:
        raise FULL(addresses_max=store.ADDRESSES_MAX)
    if address is not None and address not in {row["id"] for row in known}:
        raise NOT_FOUND()
    sealed = await vault.seal_many(
        uow,
        [
            (person, BOOK_RECIPIENT, destination.recipient),
            (person, BOOK_PHONE, destination.phone),
            (person, BOOK_ADDRESS, packed(destination.place)),
        ],
    )
    if preferred:
        await store.prefer_none(uow.conn, family)
    named = address or new_id("adr")
    await store.put_address(uow.conn, uow.handler, person, named, sealed, uow.now, preferred=preferred or not known)
    await trail.record(uow, PUT.name, person, address=named)
    await uow.emit(AddressesChanged(person, uow.handler))
    return named


@recorded
async def remove(uow: UnitOfWork, person: SubjectId, address: str) -> bool:
    """False when there was none."""
    if not await store.delete_address(uow.conn, await subjects.family(uow.conn, person), address):
        return uow.unchanged(False)
    await trail.record(uow, REMOVED.name, person, address=address)
    await uow.emit(AddressesChanged(person, uow.handler))
    return True


async def list_of(uow: UnitOfWork, person: SubjectId) -> list[Entry]:
    """The whole book, the preferred address first."""
    rows = await store.list_addresses(uow.conn, await subjects.family(uow.conn, person))
    return await _opened(uow, rows)


async def get(uow: UnitOfWork, person: SubjectId, address: str) -> Entry:
    """Raises `address.not_found`."""
    row = await store.find_address(uow.conn, await subjects.family(uow.conn, person), address)
    if row is None:
        raise NOT_FOUND()
    return (await _opened(uow, [row]))[0]


async def _opened(uow: UnitOfWork, rows: list[DictRow]) -> list[Entry]:
    places = [
        (SubjectId(row["subject_id"]), kind, row[column])
        for row in rows
        for kind, column in (
            (BOOK_RECIPIENT, "recipient_sealed"),
            (BOOK_PHONE, "phone_sealed"),
            (BOOK_ADDRESS, "address_sealed"),
        )
    ]
    told = iter(await vault.unseal_many(uow, places) if places else [])
    return [
        Entry(row["id"], Destination(next(told), next(told), unpacked(next(told))), row["preferred"]) for row in rows
    ]
