"""A storm on the access token: many processes of many callers, and WeChat ends the token again and again.

Run as a program; prints one JSON report. Every round WeChat ends the token, then every caller of every process makes
one business call. Some rounds are worse: the process that refreshes is killed (-9), another system refreshes in
between, the database is away for a while.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import msgspec
import psycopg

from yumen.kit.crypto import aes_gcm_open, aes_gcm_seal
from yumen.kit.db import Database, Role
from yumen.kit.http import Http, HttpSettings
from yumen.sandbox.wechat.client import Admin
from yumen.sandbox.wechat.server import Addresses
from yumen.wechat import Account, Accounts, Mini, TokenRows, Tokens, Transport, mini

STABLE = "/cgi-bin/stable_token"
ROUND_MAX_S = 60


class KeyStore:
    """A secret store under one key, the same in every process."""

    def __init__(self, key: bytes) -> None:
        self.key = key

    async def seal(self, context: str, plain: bytes) -> bytes:
        return aes_gcm_seal(self.key, plain, context.encode())

    async def open(self, context: str, sealed: bytes) -> bytes:
        return aes_gcm_open(self.key, sealed, context.encode())

    async def index(self, context: str, plain: bytes) -> bytes:
        raise NotImplementedError


async def work(given: dict[str, str]) -> None:
    """One process: on every line of input each caller makes one call; answers how that went."""
    database = Database({Role.APP: given["database"]}, pool_max=2)
    await database.open(Role.APP)
    account = Account(given["appid"], given["secret"])
    async with Http(HttpSettings(connections_per_host_max=100)) as http:
        transport = Transport(http, (given["api"],))
        tokens = Tokens(transport, TokenRows(database.pool(Role.APP)), KeyStore(bytes.fromhex(given["key"])))
        wired = Mini(transport, tokens, Accounts([account]))
        say({"ready": os.getpid()})
        while await asyncio.to_thread(sys.stdin.readline):
            calls = [mini.get_callback_ip(wired, account.appid) for _ in range(int(given["callers"]))]
            outcomes = await asyncio.gather(*calls, return_exceptions=True)
            say({"failed": [str(o) for o in outcomes if isinstance(o, BaseException)], "calls": len(outcomes)})
    await database.close()


def say(value: object) -> None:
    print(json.dumps(value), flush=True)


class Workers:
    """The processes of the installation."""

    def __init__(self, given: dict[str, str], count: int) -> None:
        self._given = given
        self._count = count
        self._running: list[asyncio.subprocess.Process] = []

    async def __aenter__(self) -> Workers:
        self._running = list(await asyncio.gather(*[self._start() for _ in range(self._count)]))
        return self

    async def __aexit__(self, *_: object) -> None:
        for process in self._running:
            process.stdin.close()
        await asyncio.gather(*[process.wait() for process in self._running])

    async def _start(self) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable, __file__, "--worker", json.dumps(self._given),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert await process.stdout.readline(), "a worker did not start"
        return process

    async def call(self, hit: asyncio.Task[int | None] | None = None) -> tuple[int, list[str]]:
        """One call by every caller; a process that was hit is replaced and its calls do not count."""
        for process in self._running:
            process.stdin.write(b"go\n")
        lines = await asyncio.gather(*[process.stdout.readline() for process in self._running])
        if hit is not None:
            await hit
        calls, failed = 0, []
        for at, line in enumerate(lines):
            if line:
                said = json.loads(line)
                calls, failed = calls + said["calls"], failed + said["failed"]
            else:
                await self._running[at].wait()
                self._running[at] = await self._start()
        return calls, failed


class Storm:
    """The rounds, and what each of them cost."""

    def __init__(self, admin: Admin, appid: str, workers: Workers, options: argparse.Namespace) -> None:
        self.admin, self.appid, self.workers, self.options = admin, appid, workers, options
        self.failed: list[str] = []
        self.calls = self.killed = 0
        self.rounds: list[tuple[str, int, int]] = []
        """(kind of round, calls of getStableAccessToken, tokens that WeChat issued)."""

    async def round(self, kind: str, foreign: bool = False, kill: bool = False) -> None:
        asked, issued = await self._counts()
        await self.admin.kill_tokens(self.appid)
        if foreign:
            await self._foreign_refresh()
        if kill:
            await self.admin.trouble(self.appid, "slow", path=STABLE, delay_ms=1500, left=1)
        hit = asyncio.create_task(self._hit()) if kill else None
        async with asyncio.timeout(ROUND_MAX_S):
            calls, failed = await self.workers.call(hit)
        self.calls, self.failed = self.calls + calls, self.failed + [f"{kind}: {failure}" for failure in failed]
        asked_now, issued_now = await self._counts()
        self.rounds.append((kind, asked_now - asked - foreign, issued_now - issued))

    async def _counts(self) -> tuple[int, int]:
        metrics = await self.admin.metrics()
        return sum(c.calls for c in metrics.calls if c.path == STABLE), metrics.tokens

    async def _foreign_refresh(self) -> None:
        app = await self.admin.app(self.appid)
        body = {"grant_type": "client_credential", "appid": app.appid, "secret": app.secret}
        async with Http() as http:
            await Transport(http, (self.options.api,)).ask(dict, STABLE, {}, body)

    async def _hit(self) -> int | None:
        """Kill the process that holds the lease."""
        async with await psycopg.AsyncConnection.connect(self.options.database, autocommit=True) as conn:
            for _ in range(300):
                found = await conn.execute("select lease_by from wechat.token where lease_until_at > clock_timestamp()")
                row = await found.fetchone()
                if row is not None:
                    os.kill(int(row[0].partition(".")[0]), signal.SIGKILL)
                    self.killed += 1
                    return self.killed
                await asyncio.sleep(0.005)
        return None

    async def without_database(self, rounds: int) -> None:
        """The store is gone for some rounds, and comes back."""
        name = psycopg.conninfo.conninfo_to_dict(self.options.database)["dbname"]
        async with await psycopg.AsyncConnection.connect(self.options.admin_database, autocommit=True) as admin:
            await admin.execute(f"alter database {name} with allow_connections false")
            await admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (name,))
            for _ in range(rounds):
                await self.round("away")
            await admin.execute(f"alter database {name} with allow_connections true")
            ends_at = time.monotonic() + 120
            while self.rounds[-1][1] != 1 and time.monotonic() < ends_at:
                await self.round("back")


async def storm(options: argparse.Namespace) -> dict[str, object]:
    async with AsyncExitStack() as stack:
        addresses = await stack.enter_async_context(sandbox())
        options.api = addresses.api
        admin = await stack.enter_async_context(Admin(addresses.admin))
        app = await admin.create_app(name="Storm")
        given = {
            "appid": app.appid, "secret": app.secret, "api": addresses.api, "database": options.database,
            "key": os.urandom(32).hex(), "callers": str(options.callers),
        }  # fmt: skip
        workers = await stack.enter_async_context(Workers(given, options.processes))
        it, began = Storm(admin, app.appid, workers, options), time.monotonic()
        kill_every = max(1, options.expiries // max(1, options.kills))
        for number in range(1, options.expiries + 1):
            kill = bool(options.kills) and number % kill_every == 0
            foreign = not kill and number % 10 == 5
            await it.round("kill" if kill else "foreign" if foreign else "expiry", foreign=foreign, kill=kill)
            if options.away and number == options.expiries // 2:
                await it.without_database(options.away)
        return report(it, time.monotonic() - began)


def report(it: Storm, seconds: float) -> dict[str, object]:
    kinds = sorted({kind for kind, _, _ in it.rounds})
    return {
        "processes": it.options.processes,
        "callers": it.options.callers,
        "expiries": len(it.rounds),
        "business_calls": it.calls,
        "failed": it.failed[:10],
        "killed": it.killed,
        "asked_most": {kind: max(asked for k, asked, _ in it.rounds if k == kind) for kind in kinds},
        "asked_sum": {kind: sum(asked for k, asked, _ in it.rounds if k == kind) for kind in kinds},
        "issued_most": {kind: max(issued for k, _, issued in it.rounds if k == kind) for kind in kinds},
        "rounds": {kind: sum(k == kind for k, _, _ in it.rounds) for kind in kinds},
        "seconds": round(seconds, 1),
    }


@asynccontextmanager
async def sandbox():
    with tempfile.TemporaryDirectory() as name:
        runtime = Path(name) / "runtime.json"
        arguments = ["--state", str(Path(name) / "state.db"), "--runtime", str(runtime), "--quiet"]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "yumen.sandbox.wechat", *arguments, stdout=asyncio.subprocess.DEVNULL
        )
        try:
            async with asyncio.timeout(20):
                while (found := _found(runtime)) is None:
                    await asyncio.sleep(0.05)
            yield found
        finally:
            process.terminate()
            await process.wait()


def _found(runtime: Path) -> Addresses | None:
    return msgspec.json.decode(runtime.read_bytes(), type=Addresses) if runtime.exists() else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worker")
    parser.add_argument("--database", help="connection string of the app role")
    parser.add_argument("--admin-database", help="connection string of the superuser, for --away")
    for name, default in (("processes", 2), ("callers", 20), ("expiries", 10), ("kills", 0), ("away", 0)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    if options.worker:
        asyncio.run(work(json.loads(options.worker)))
    else:
        say(asyncio.run(storm(options)))


if __name__ == "__main__":
    main()
