"""Shoppers who never give up, while somebody kills what serves them; and the count of acts against leaves."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from yumen.app.demo import proof
from yumen.app.demo.premises import enter
from yumen.app.demo.tell import open_shop
from yumen.app.up import Running, everything
from yumen.kit.db import Database, Role
from yumen.kit.ids import new_id
from yumen.kit.postgres.leftovers import read_postmaster
from yumen.kit.postgres.site import site_of
from yumen.sandbox.wechat.client import Admin

TRY_MAX_S, ASK_MAX_S, PAUSE_S = 90.0, 15.0, 0.1
VICTIMS = ("shopper", "shopper-child", "worker", "postgres")
ROWS = {
    "session.opened": "select count(*) from identity.session",
    "subject.enrolled": "select count(*) from identity.subject",
    "consent.given": "select count(*) from consent.answer where state = 'given'",
    "consent.refused": "select count(*) from consent.answer where state = 'refused'",
    "phone.bound": "select count(*) from profile.phone",
}
LEAVES = """
select convert_from(body, 'UTF8')::jsonb ->> 1 as kind, count(*) as n from trail.entry group by 1
"""


@dataclass
class Load:
    """What shoppers were told: sessions by id, codes that were spent in vain, retries."""

    url: str
    appid: str
    wechat: Admin
    http: aiohttp.ClientSession
    sessions: Counter[str] = field(default_factory=Counter)
    retried: int = 0
    spent_in_vain: int = 0
    visits: int = 0

    async def shop(self, person: str, ended: asyncio.Event) -> None:
        """Visit after visit until told to stop; each step goes on until it was answered."""
        while not ended.is_set():
            token = await self._log_in(person)
            consents = (await self._until_done("GET", "/v1/consents", token))[1]
            for asked in consents["items"]:
                if asked["ask"]:
                    await self._answer(token, asked)
            pressed = await self.wechat.phone(self.appid, person)
            await self._until_done("POST", "/v1/phone", token, {"code": pressed.code})
            self.visits += 1

    async def _log_in(self, person: str) -> str:
        while True:
            code = await self.wechat.login(self.appid, person)
            status, answer = await self._until_done("POST", "/v1/login", "", {"app": self.appid, "code": code})
            if status == 200:
                self.sessions[answer["session"]] += 1
                return str(answer["token"])
            self.spent_in_vain += 1  # WeChat gave the code out and nothing came of it: the phone asks for another

    async def _answer(self, token: str, asked: dict[str, Any]) -> None:
        state = random.choice(["given", "refused"])
        choice = {"purpose": asked["purpose"], "answer": state, "notice_hash": asked["notice_hash"], "language": "zh"}
        await self._until_done("PUT", "/v1/consents", token, {"choices": [choice]})

    async def _until_done(self, method: str, path: str, token: str, body: object = None) -> tuple[int, Any]:
        """The same request with the same key until there is an answer that is not `try again`."""
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        if method != "GET":
            headers["Idempotency-Key"] = new_id("key")
        data = None if body is None else msgspec.json.encode(body)
        async with asyncio.timeout(TRY_MAX_S):
            while True:
                try:
                    async with self.http.request(method, self.url + path, headers=headers, data=data) as answer:
                        content = await answer.read()
                    if answer.status not in {429, 502, 503}:
                        assert answer.status < 500, (path, answer.status, content)
                        return answer.status, msgspec.json.decode(content or b"null")
                except (aiohttp.ClientError, TimeoutError):
                    pass
                self.retried += 1
                await asyncio.sleep(PAUSE_S)


def strike(running: Running, victim: str) -> None:
    """Kill -9: a program with all it started, only the server's child, or the whole of PostgreSQL."""
    if victim == "postgres":
        folder = running.settings.database.embedded_folder.absolute()
        postmaster = read_postmaster(site_of(folder).data)
        if postmaster is not None:
            os.kill(postmaster.pid, signal.SIGKILL)
        return
    pid = running.supervisor.pid(victim.removesuffix("-child"))
    try:
        if victim.endswith("-child"):
            for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[:1]:
                os.kill(int(child), signal.SIGKILL)
        else:
            os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, FileNotFoundError):
        return  # just then it was ending by itself


@dataclass(frozen=True)
class Reckoning:
    """Rows that acts left, against their leaves; sessions told against sessions kept; the verifier's word."""

    rows: dict[str, int]
    leaves: dict[str, int]
    sessions_lost: int
    sessions_unknown: int
    entries: int
    integrated: int
    whole: bool | None


async def reckon(running: Running, load: Load) -> Reckoning:
    published = await proof.until_published(running.databases, running.settings.trail.publish_folder)
    verdict = await proof.verify(running.settings.trail.publish_folder)
    async with await Database(running.databases.urls).connect(Role.OWNER) as conn:

        async def number(query: str) -> int:
            row = await (await conn.execute(query)).fetchone()  # type: ignore[call-overload]
            return int(next(iter(row.values())))

        rows = {kind: await number(query) for kind, query in ROWS.items()}
        counted = await (await conn.execute(LEAVES)).fetchall()
        kept = {row["id"] for row in await (await conn.execute("select id from identity.session")).fetchall()}
        entries = await number("select count(*) from trail.entry")
        integrated = await number("select count(*) from trail.position")
    leaves = {row["kind"]: row["n"] for row in counted}
    told = load.sessions
    return Reckoning(
        rows, {kind: leaves.get(kind, 0) for kind in ROWS}, len(told.keys() - kept), len(kept - told.keys()), entries,
        min(integrated, published, verdict.leaves), verdict.whole,
    )  # fmt: skip


@dataclass
class Siege:
    """Everything running, and shoppers in it until `peace`."""

    running: Running
    load: Load
    _ended: asyncio.Event
    _shoppers: list[asyncio.Task[None]]

    async def peace(self) -> Reckoning:
        """Let everybody finish the visit they are at, then count."""
        self._ended.set()
        await asyncio.gather(*self._shoppers)
        return await reckon(self.running, self.load)

    async def until_served(self, visits: int) -> None:
        """Wait until so many more visits have ended well: whatever was killed is back."""
        wanted = self.load.visits + visits
        async with asyncio.timeout(TRY_MAX_S):
            while self.load.visits < wanted:
                for shopper in self._shoppers:
                    if shopper.done():
                        shopper.result()
                await asyncio.sleep(0.05)


@asynccontextmanager
async def besieged(folder: Path, shoppers: int) -> AsyncIterator[Siege]:
    """Everything running in a folder, with shoppers in it."""
    premises = enter(folder)
    timeout = aiohttp.ClientTimeout(total=ASK_MAX_S)
    async with everything(premises.settings, lambda line: None) as running:
        assert running.sandbox_admin_url is not None
        async with Admin(running.sandbox_admin_url) as wechat, aiohttp.ClientSession(timeout=timeout) as http:
            await open_shop(premises, running, wechat)
            people = (await wechat.add_people(shoppers))[-shoppers:]
            load = Load(running.settings.server.shopper_url, premises.appid, wechat, http)
            ended = asyncio.Event()
            tasks = [asyncio.create_task(load.shop(person.id, ended)) for person in people]
            try:
                yield Siege(running, load, ended, tasks)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)


def check(reckoning: Reckoning) -> None:
    """No act without leaf, no leaf without act, no login lost, doubled or unknown, and a whole trail."""
    assert reckoning.rows == reckoning.leaves
    assert (reckoning.sessions_lost, reckoning.sessions_unknown) == (0, 0)
    assert reckoning.integrated == reckoning.entries
    assert reckoning.whole is not False
