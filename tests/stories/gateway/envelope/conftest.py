"""Two desks: ours in China, with a trail that is really signed, and headquarters' own program abroad."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import LiteralString

import pytest

from yumen.customer.identity import handlers
from yumen.customer.identity.handlers import HandlerEntry
from yumen.gateway import envelope
from yumen.gateway.envelope import Pens, Profile, Sealed, enrolment, pens
from yumen.kit.clock import Clock, real_now
from yumen.kit.crypto import Sm2PrivateKey
from yumen.kit.db import Conn, Database, Role
from yumen.kit.ids import HandlerId
from yumen.kit.work import Actor, ActorKind, UnitOfWork, Work
from yumen.security import trail
from yumen.security.keys import FileKms, Keyring
from yumen.security.trail import Tiles
from yumen_receiver import Identity, Receiver, State, fingerprint, new_generation

ORIGIN = "shop.example.cn/trail"
HQ = "hq-crm"
LI, WANG = "stf_0000000000000000000000000a", "stf_0000000000000000000000000b"


class NoEvents:
    async def publish(self, conn: Conn, event: object) -> None:
        raise AssertionError(f"nobody listens to {event}")


@dataclass
class Post:
    """Our side and theirs."""

    work: Work
    handler: HandlerId
    log: trail.Log
    identity: Identity
    receiver: Receiver
    restart: Callable[[], None]
    sent: list[Sealed] = field(default_factory=list)

    @property
    def profile(self) -> Profile:
        return Profile(self.identity.profile)

    def unit(self) -> AbstractAsyncContextManager[UnitOfWork]:
        return self.work.begin(Actor(ActorKind.SYSTEM, "worker", self.handler))

    def person(self, who: str) -> AbstractAsyncContextManager[UnitOfWork]:
        return self.work.begin(Actor(ActorKind.STAFF, who, self.handler))

    async def sign_trail(self) -> None:
        """Give every leaf its place and sign the tree, as the sequencer does every few seconds."""

        async def connect() -> Conn:
            return await self.work.database.connect(Role.SEQUENCER)

        await trail.Sequencer(connect).catch_up()
        async with await connect() as conn:
            await trail.sign(conn, self.log, real_now())

    async def enrol(self, overlap_days: int = 14) -> str:
        """Headquarters' newest bundle, handed in by Li and confirmed by Wang."""
        bundle = self.identity.bundle()
        async with self.person(LI) as uow:
            keys = await enrolment.propose(uow, HQ, self.profile, bundle)
        async with self.person(WANG) as uow:
            await enrolment.confirm(uow, keys, fingerprint(bundle), overlap_days)
        return keys

    async def pin(self) -> None:
        """Headquarters pins us."""
        async with self.unit() as uow:
            ours = await pens.bundle(uow)
        self.receiver.trust(ours, fingerprint(ours))

    async def seal(self, content: bytes = b'{"persons":[]}') -> Sealed:
        async with self.unit() as uow:
            sealed = await envelope.seal(uow, HQ, content, "application/json")
        self.sent.append(sealed)
        return sealed

    async def settle(self, receipt: bytes) -> int:
        async with self.unit() as uow:
            return await envelope.settle(uow, HQ, receipt)

    async def exchange(self, content: bytes = b'{"persons":[]}') -> bytes:
        """Seal, receive, settle; answers what they opened."""
        opened = self.receiver.receive((await self.seal(content)).data)
        await self.settle(opened.receipt)
        return opened.content

    async def tamper(self, statement: LiteralString) -> None:
        """As the owner of the database."""
        async with await self.work.database.connect(Role.OWNER) as owner:
            await owner.execute(statement)

    async def leaves(self, kind: str) -> int:
        async with await self.work.database.connect(Role.OWNER) as owner:
            query = "select count(*) as n from trail.entry where convert_from(body, 'UTF8') like %s"
            (row,) = await (await owner.execute(query, (f'["y1","{kind}"%',))).fetchall()
            return int(row["n"])


def headquarters(profile: Profile, recipient: str = HQ) -> tuple[Identity, Receiver]:
    identity = Identity(recipient, int(profile), (new_generation(int(profile)),))
    return identity, Receiver(identity, State(":memory:"))


async def opened_post(database: Database, folder: Path, profile: Profile) -> Post:
    await database.open(Role.SEQUENCER)
    services: dict[type, object] = {Tiles: Tiles()}
    work = Work(database, Clock(), services, NoEvents())
    keyring = Keyring(database, FileKms(folder))
    await keyring.open()

    def restart() -> None:
        services[Pens] = Pens(keyring, ORIGIN)

    restart()
    async with work.begin(Actor(ActorKind.SYSTEM, "cli", HandlerId(0))) as uow:
        await handlers.sync(uow, [HandlerEntry("velvet", "Velvet Co., Ltd.", "丝绒有限公司", [])])
        handler = (await handlers.numbers(uow.conn))["velvet"]
    log = trail.Log(ORIGIN, trail.KeySigner(Sm2PrivateKey.generate()), Tiles())
    identity, receiver = headquarters(profile)
    post = Post(work, handler, log, identity, receiver, restart)
    await post.enrol()
    await post.sign_trail()
    await post.pin()
    return post


@pytest.fixture(params=list(Profile), ids=lambda profile: profile.name.lower())
async def post(database: Database, tmp_path: Path, request: pytest.FixtureRequest) -> Post:
    return await opened_post(database, tmp_path / "kms", request.param)


@pytest.fixture
async def dual(database: Database, tmp_path: Path) -> Post:
    """The post in profile `dual`, where the profile makes no difference."""
    return await opened_post(database, tmp_path / "kms", Profile.DUAL)
