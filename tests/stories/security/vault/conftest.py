"""A vault over a fresh pair of databases."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from yumen.kit.clock import Clock
from yumen.kit.db import Conn, Database
from yumen.kit.ids import HandlerId
from yumen.kit.work import Actor, ActorKind, Work
from yumen.security.datamap import Basis, Field, Kind, Purpose, RetentionClass, Sensitivity
from yumen.security.keys import FileKms, Keyring
from yumen.security.vault import Vault

PHONE = Field(
    "profile.contact", "phone", Kind.PHONE, Sensitivity.GENERAL, Purpose.MEMBERSHIP, Basis.CONSENT,
    RetentionClass.MEMBERSHIP, ("profile.contact.phone_sealed",), indexed=True,
)  # fmt: skip
NAME = dataclasses.replace(PHONE, name="name", kind=Kind.NAME, indexed=False)
ADDRESS = dataclasses.replace(
    NAME, holding="orders.delivery", name="address", kind=Kind.ADDRESS, retention=RetentionClass.TRANSACTION
)
STAFF = Actor(ActorKind.STAFF, "stf_0000000000000000000000000a", HandlerId(1))


class Heard:
    """An event sink that remembers."""

    def __init__(self) -> None:
        self.events: list[object] = []

    async def publish(self, conn: Conn, event: object) -> None:
        self.events.append(event)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
async def safe(database: Database, tmp_path: Path) -> Vault:
    opened = Vault(Keyring(database, FileKms(tmp_path / "kms")), searches_per_minute=3)
    await opened.open()
    return opened


@pytest.fixture
def work(database: Database, safe: Vault, heard: Heard) -> Work:
    return Work(database, Clock(), {Vault: safe}, heard)


@pytest.fixture
def fields() -> tuple[Field, Field, Field]:
    """phone and name of the membership class, address of the transaction class."""
    return PHONE, NAME, ADDRESS


@pytest.fixture
def staff() -> Actor:
    return STAFF


async def leaves(conn: Conn) -> list[str]:
    rows = await (await conn.execute("select body from trail.entry order by id")).fetchall()
    return [bytes(row["body"]).decode() for row in rows]


@pytest.fixture
def trail_of():
    """Asks for the leaves, oldest first."""
    return leaves
