"""Vault: persons sealed and opened on one core, found by blind index, keys re-wrapped while readers go on.

`python -m bench.vault [--quick]` prints the figures as JSON; `measure` gives them to the report.
"""

import asyncio
import json
import os
import random
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from statistics import median, quantiles

from bench.ground import FOLDER
from bench.report import Goal, Section
from yumen.kit import postgres
from yumen.kit.crypto import HmacSm3, Sm4Gcm
from yumen.kit.db import Database, Role
from yumen.kit.ids import HandlerId, SubjectId
from yumen.kit.migrate import Target, migrate
from yumen.security.datamap import Basis, Field, Kind, Purpose, RetentionClass, Sensitivity
from yumen.security.keys import SM4_GCM, FileKms, KeyCache, Keyring, SubjectKey, begin_epoch
from yumen.security.vault import open_under, seal_under
from yumen.security.vault.normal import index_under

MEMBERSHIP = RetentionClass.MEMBERSHIP
HANDLER = HandlerId(1)
KINDS = (
    Kind.PHONE, Kind.OPENID, Kind.NAME, Kind.NICKNAME, Kind.BIRTHDAY, Kind.REGION, Kind.EMAIL, Kind.ADDRESS,
    Kind.AVATAR, Kind.DEVICE,
)  # fmt: skip
FIELDS = tuple(
    Field(
        "bench.person", kind.value, kind, Sensitivity.GENERAL, Purpose.MEMBERSHIP, Basis.CONSENT, MEMBERSHIP, (),
        indexed=kind in (Kind.PHONE, Kind.OPENID),
    )
    for kind in KINDS
)  # fmt: skip
PHONE, OPENID = FIELDS[:2]
VALUES = tuple(f"made-up value {number} of 32 bytes.."[:32].encode() for number in range(len(FIELDS)))
EPOCH = 1
PAUSE_S = 0.001  # between a reader's lookups
COLUMNS = ("what", "figure", "unit")


def measure(quick: bool) -> Section:
    """All four, one after the other; the database is durable and its own."""
    seconds, rows, keys = (1.0, 50_000, 20_000) if quick else (3.0, 1_000_000, 300_000)
    bare_us, goals = _bare_us(), list(_in_memory(seconds, 3))
    folder = FOLDER / "vault"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    server = postgres.ensure(folder / "postgres")
    try:
        goals += asyncio.run(_with_database(server, folder, rows, keys))
    finally:
        server.stop()
        shutil.rmtree(folder)
    notes = [
        f"One core, pure Python and OpenSSL: a person is a new key, its wrapping, {len(FIELDS)} sealed fields of 32 "
        "bytes and 2 blind indexes; opening is the unwrapping and all fields. Seconds of processor time, median of 3.",
        f"Found by phone among {rows:,}: index computed, one query over a local socket, cached pages.",
        f"{keys:,} keys re-wrapped in batches of 1,000, durable commits, one reader in the same process looking up a "
        "random uncached key each millisecond.",
    ]
    figures = [
        ("one bare SM4-GCM sealing", round(bare_us, 2), "µs"),
        *((g.name, round(g.value, 2), g.unit) for g in goals),
    ]
    return Section("vault", "Vault", COLUMNS, figures, goals, notes)


def _in_memory(seconds: float, rounds: int) -> Iterator[Goal]:
    under, index_key = Sm4Gcm(os.urandom(16)), HmacSm3(os.urandom(32))
    sealed = [_seal_person(under, index_key, number) for number in range(1000)]

    def seal(number: int) -> None:
        _seal_person(under, index_key, number)

    def open_one(number: int) -> None:
        _open_person(under, number % 1000, *sealed[number % 1000])

    yield Goal("persons sealed", _per_s(seal, seconds, rounds), 8_000, 15_000, "a second")
    yield Goal("persons opened", _per_s(open_one, seconds, rounds), 10_000, 18_000, "a second")


def _seal_person(under: Sm4Gcm, index_key: HmacSm3, number: int) -> tuple[bytes, list[bytes]]:
    key = SubjectKey.generate(SubjectId(number), MEMBERSHIP)
    wrapped = key.wrap(EPOCH, under)
    index_under(index_key, HANDLER, PHONE, f"138{number % 10**8:08d}")
    index_under(index_key, HANDLER, OPENID, f"oMadeUp{number:021d}")
    return wrapped, [seal_under(key, SM4_GCM, field, value) for field, value in zip(FIELDS, VALUES, strict=True)]


def _open_person(under: Sm4Gcm, number: int, wrapped: bytes, sealed: list[bytes]) -> None:
    key = SubjectKey.unwrap(SubjectId(number), MEMBERSHIP, 1, EPOCH, wrapped, under)
    for field, text in zip(FIELDS, sealed, strict=True):
        open_under(key, field, text)


def _per_s(step: Callable[[int], None], seconds: float, rounds: int) -> float:
    """Steps in a second of processor time, so that what else runs on the machine counts less."""
    rates = []
    for _ in range(rounds):
        begun, done = time.process_time(), 0
        while time.process_time() - begun < seconds / rounds:
            for number in range(done, done + 100):
                step(number)
            done += 100
        rates.append(done / (time.process_time() - begun))
    return median(rates)


def _bare_us() -> float:
    """One SM4-GCM sealing of 32 bytes by the library alone, in µs of processor time: what the rest is made of."""
    cipher, aad = Sm4Gcm(os.urandom(16)), bytes(32)

    def seal(_: int) -> None:
        cipher.seal(VALUES[0], aad)

    return 1e6 / _per_s(seal, 1.0, 3)


async def _with_database(server: postgres.Server, folder: Path, rows: int, keys: int) -> list[Goal]:
    database = Database({Role(role): url for role, url in server.urls().items()})
    for role, target in ((Role.OWNER, Target.MAIN), (Role.KEYS_OWNER, Target.KEYS)):
        async with await database.connect(role, autocommit=True) as owner:
            await migrate(owner, target)
    await database.open(Role.KEYS)
    try:
        return [*await _find_by_index(database, rows), *await _rewrap(database, folder, keys)]
    finally:
        await database.close()


async def _find_by_index(database: Database, rows: int) -> list[Goal]:
    index_key = HmacSm3(os.urandom(32))
    async with await database.connect(Role.OWNER, autocommit=True) as conn:
        await conn.execute("create schema bench")
        await conn.execute("create table bench.contact (subject_id bigint primary key, phone_index bytea not null)")
        async with conn.cursor().copy("copy bench.contact (subject_id, phone_index) from stdin") as into:
            for number in range(rows):
                await into.write_row((number, index_under(index_key, HANDLER, PHONE, f"138{number:08d}")))
        await conn.execute("create index contact_phone on bench.contact (phone_index)")
        await conn.execute("vacuum analyze bench.contact")
        spent = []
        for number in random.choices(range(rows), k=5_000):
            begun = time.perf_counter()
            wanted = index_under(index_key, HANDLER, PHONE, f"138{number:08d}")
            found = await conn.execute(
                "select subject_id from bench.contact where phone_index = %s limit 10", (wanted,)
            )
            row = await found.fetchone()
            spent.append((time.perf_counter() - begun) * 1e3)
            assert row is not None
            assert row["subject_id"] == number
    return [
        Goal("found by phone, p50", median(spent), 1.0, 0.3, "ms", lower=True),
        Goal("found by phone, p99", _p99(spent), 2.0, 0.5, "ms", lower=True),
    ]


async def _rewrap(database: Database, folder: Path, keys: int) -> list[Goal]:
    keyring = Keyring(database, FileKms(folder / "kms"), KeyCache(keys_max=0))
    await keyring.open()
    under = await keyring.epoch_key(EPOCH)
    async with await database.connect(Role.KEYS_OWNER) as conn:
        async with conn.cursor().copy("copy keys.subject_key (subject, class, epoch, wrapped) from stdin") as into:
            for number in range(keys):
                key = SubjectKey.generate(SubjectId(number), MEMBERSHIP)
                await into.write_row((number, MEMBERSHIP.value, EPOCH, key.wrap(EPOCH, under)))
        await conn.commit()
        await conn.set_autocommit(True)
        await conn.execute("vacuum analyze keys.subject_key")
    await begin_epoch(keyring.custody)
    done, spent = asyncio.Event(), list[float]()
    reader = asyncio.create_task(_read(keyring, keys, done, spent))
    begun = time.perf_counter()
    moved = await keyring.rewrap()
    seconds = time.perf_counter() - begun
    done.set()
    await reader
    assert moved == keys
    return [
        Goal("keys re-wrapped while serving", moved / seconds, 15_000, 35_000, "a second"),
        Goal("a reader meanwhile, p99", _p99(spent), 25.0, 10.0, "ms", lower=True),
    ]


async def _read(keyring: Keyring, keys: int, done: asyncio.Event, spent: list[float]) -> None:
    while not done.is_set():
        subject = SubjectId(random.randrange(keys))
        begun = time.perf_counter()
        assert await keyring.find_keys([subject], MEMBERSHIP)
        spent.append((time.perf_counter() - begun) * 1e3)
        await asyncio.sleep(PAUSE_S)


def _p99(values: list[float]) -> float:
    return quantiles(values, n=100)[98]


if __name__ == "__main__":
    section = measure("--quick" in sys.argv[1:])
    verdicts = [{**asdict(goal), "verdict": goal.verdict} for goal in section.goals]
    print(
        json.dumps({"figures": section.rows, "goals": verdicts, "notes": section.notes}, indent=1, ensure_ascii=False)
    )
    sys.exit(int(any(goal.verdict == "missed" for goal in section.goals)))
