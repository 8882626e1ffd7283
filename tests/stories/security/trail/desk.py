"""What the trail's stories share: act, integrate, sign, export, judge; and a superuser who tampers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from psycopg import AsyncConnection, conninfo

from tests.conftest import Cluster
from yumen.kit.clock import Clock, real_now
from yumen.kit.crypto import Sm2PrivateKey
from yumen.kit.db import Conn, Database, Role
from yumen.kit.ids import HandlerId, SubjectId
from yumen.kit.work import Actor, ActorKind, UnitOfWork, Work, recorded
from yumen.security import trail
from yumen.security.trail import LeafKind
from yumen_verifier import Folder, Report, Witness, verify

ORIGIN = "shop.example.cn/trail"
LeafKind("test.acted", "number")


class NoEvents:
    async def publish(self, conn: Conn, event: object) -> None:
        raise AssertionError("the trail emits no events")


@recorded
async def act(uow: UnitOfWork, number: int) -> None:
    await trail.record(uow, "test.acted", subject=SubjectId(number % 7 + 1), number=number)


@dataclass
class Desk:
    """One database with its trail."""

    database: Database
    cluster: Cluster
    log: trail.Log = field(
        default_factory=lambda: trail.Log(ORIGIN, trail.KeySigner(Sm2PrivateKey.generate()), trail.Tiles())
    )
    number: int = 0

    @property
    def work(self) -> Work:
        return Work(self.database, Clock(timedelta(0)), {}, NoEvents())

    async def act(self, count: int = 1) -> None:
        """So many acts, in units of at most a hundred."""
        actor = Actor(ActorKind.SYSTEM, "tests", HandlerId(1))
        while count:
            batch = min(count, 100)
            async with self.work.begin(actor) as uow:
                for _ in range(batch):
                    await act(uow, self.number)
                    self.number += 1
            count -= batch

    async def integrate(self) -> int:
        return await trail.Sequencer(self.connect).catch_up()

    async def connect(self) -> Conn:
        return await self.database.connect(Role.SEQUENCER)

    async def sign(self) -> int:
        async with await self.connect() as conn:
            return (await trail.sign(conn, self.log, real_now())).size

    async def grow(self, count: int) -> int:
        """Act, integrate and sign."""
        await self.act(count)
        await self.integrate()
        return await self.sign()

    async def publish(self, folder: Path) -> int:
        async with self.database.pool(Role.APP).connection() as conn:
            return await trail.publish(conn, trail.FolderShelf(folder), trail.Tiles())

    async def export(self, folder: Path) -> int:
        async with self.database.pool(Role.APP).connection() as conn:
            return await trail.export(conn, folder)

    async def tamper(self, *statements: str) -> None:
        """As superuser, with every guard of the database out of the way."""
        name = conninfo.conninfo_to_dict(self.database.urls[Role.APP])["dbname"]
        url = conninfo.make_conninfo(self.cluster.server.admin_url(), dbname=name)
        async with await AsyncConnection.connect(url) as conn:
            for statement in statements:
                await conn.execute(statement)  # type: ignore[call-overload]


def judge(folder: Path, *witnesses: Path) -> Report:
    """The stand-alone verifier's judgement; witnesses are folders or checkpoint files."""
    seen = [
        Witness(str(one), (one / "checkpoint").read_bytes(), Folder(one))
        if one.is_dir()
        else Witness(str(one), one.read_bytes())
        for one in witnesses
    ]
    pinned = next((one / "keys" for one in witnesses if one.is_dir()), folder / "keys")
    return verify(Folder(folder), seen, pinned.read_bytes())


def acts_of(report: Report) -> list[tuple[str, int | None]]:
    return [(finding.code, finding.leaf) for finding in report.findings]
