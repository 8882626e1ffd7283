"""Catalogue: a hot SKU that a crowd wants at once, list pages and searches beside a read by primary key.

`python -m bench.catalog [--full]` prints the figures as JSON, short by default; `measure` gives them to the report.
`rush` is the crowd: `processes` programs (`python -m bench.catalog buy …`), all waiting for one word to begin.
"""

import asyncio
import itertools
import json
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles

from bench.ground import FOLDER, ROOT
from bench.report import Goal, Section
from yumen.customer.catalog import Held, Reservations, Wish, browse
from yumen.customer.catalog.browse import Asked, Look
from yumen.customer.catalog.listing_store import Sort
from yumen.customer.catalog.words import indexed, vector
from yumen.kit import postgres
from yumen.kit.clock import Clock
from yumen.kit.db import Conn, Database, Role
from yumen.kit.errors import Problem
from yumen.kit.ids import BrandId, HandlerId, new_id
from yumen.kit.migrate import Target, migrate
from yumen.kit.work import Actor, ActorKind, UnitOfWork, Work

BUYERS, PIECES, PROCESSES = 1_000, 100, 2
PRODUCTS, SKUS_EACH, CATEGORIES = 25_000, 2, 50
SLOW_US = 2_000
READS = 1_000
COLUMNS = ("what", "figure", "unit")
THINGS = "瓶 碗 盘 杯 烛 香水 围巾 方巾 茶 茶罐 礼盒 桌旗 拖鞋 花器 砚 纸 灯 毯 枕 镜".split()  # noqa: SIM905
MARKS = "听雨 雪松 天青 露 月 湖 夜 初雪 松烟 桂花 岩 墨 云 霜 竹 梅 兰 绒 晨 远山 溪 石 秋 寒 暮".split()  # noqa: SIM905
ENGLISH = "rain cedar sky dew moon lake night snow smoke osmanthus rock ink cloud frost bamboo plum dawn".split()  # noqa: SIM905


class Silence:
    """Nobody listens."""

    async def publish(self, conn: Conn, event: object) -> None:
        return None


@dataclass
class Rush:
    """What came of a crowd: how many won, were told sold out, or met something else; answered a second; latencies."""

    won: int
    sold_out: int
    other: int
    per_s: float
    p50_ms: float
    p99_ms: float


def rush(url: str, handler: int, sku: int, buyers: int = BUYERS, processes: int = PROCESSES) -> Rush:
    """Let that many buyers, spread over processes, each ask for one piece at the same moment."""
    command = [sys.executable, "-m", "bench.catalog", "buy", url, str(handler), str(sku), str(buyers // processes)]
    crowd = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    for one in crowd:
        assert one.stdout is not None
        one.stdout.readline()
    for one in crowd:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    told = [json.loads(one.communicate()[0]) for one in crowd]
    begun, ended = min(part["begun"] for part in told), max(part["ended"] for part in told)
    spent = sorted(ms for part in told for ms in part["spent_ms"])
    won, sold_out, other = (sum(part[name] for part in told) for name in ("won", "sold_out", "other"))
    cuts = quantiles(spent, n=100)
    return Rush(won, sold_out, other, len(spent) / (ended - begun), cuts[49], cuts[98])


async def buy(url: str, handler: int, sku: int, buyers: int) -> dict[str, object]:
    """One process of the crowd."""
    database = Database({Role.APP: url}, pool_max=4)
    await database.open(Role.APP)
    lane = Reservations(database.pool(Role.APP), Clock(), Silence())
    async with database.pool(Role.APP).connection() as conn:
        await conn.execute("select 1")
    until = datetime.now(UTC) + timedelta(minutes=15)
    wishes = [Wish(new_id("rsv"), HandlerId(handler), [(sku, 1)], until) for _ in range(buyers)]
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    outcomes: list[object] = []
    spent_ms: list[float] = []

    async def one(wish: Wish) -> None:
        begun = time.perf_counter()
        try:
            outcomes.append(await lane.reserve(wish))
        except Problem as problem:
            outcomes.append(problem.code.name)
        spent_ms.append((time.perf_counter() - begun) * 1e3)

    begun = time.monotonic()
    await asyncio.gather(*(one(wish) for wish in wishes))
    ended = time.monotonic()
    await lane.close()
    await database.close()
    won, sold_out = sum(isinstance(o, Held) for o in outcomes), outcomes.count("stock.sold_out")
    other = buyers - won - sold_out
    return {
        "won": won, "sold_out": sold_out, "other": other, "begun": begun, "ended": ended, "spent_ms": spent_ms,
    }  # fmt: skip


def measure(quick: bool) -> Section:
    """The crowd, with fast and with slow commits; then pages and searches over 50,000 SKUs."""
    folder = FOLDER / "catalog"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    server = postgres.ensure(folder / "postgres")
    try:
        return asyncio.run(_measured(server, folder, 2 if quick else 7, READS if quick else 5 * READS))
    finally:
        server.stop()
        shutil.rmtree(folder)


async def _measured(server: postgres.Server, folder: Path, rounds: int, reads: int) -> Section:
    database = Database({Role(role): url for role, url in server.urls().items()})
    async with await database.connect(Role.OWNER, autocommit=True) as owner:
        await migrate(owner, Target.MAIN)
        await _fill(owner)
        await database.open(Role.APP)
        goals = await _crowds(server, owner, rounds)
        goals += await _pages(Work(database, Clock(), {}, Silence()), reads)
    await database.close()
    notes = [
        f"{BUYERS:,} buyers at once for {PIECES} pieces, in {PROCESSES} processes on the same processor as PostgreSQL, "
        f"durable; the worst of {rounds} rounds. Slow commits are imitated with commit_delay = {SLOW_US} µs.",
        f"{PRODUCTS:,} products with {PRODUCTS * SKUS_EACH:,} SKUs. A page is 20 products with price, campaign and "
        "stock of each variant, as the story answers it in an open unit, pipelined as the route's; a read is one "
        "product by its primary key.",
    ]
    figures = [(goal.name, round(goal.value, 2), goal.unit) for goal in goals]
    return Section("catalog", "Catalogue", COLUMNS, figures, goals, notes)


async def _crowds(server: postgres.Server, owner: Conn, rounds: int) -> list[Goal]:
    goals, skus = [], itertools.count(1)
    url = {Role(role): one for role, one in server.urls().items()}[Role.APP]
    for name, slow_us in (("", 0), (", slow commits", SLOW_US)):
        # only the server's own administrator may delay commits
        async with await Database({Role.OWNER: server.admin_url("yumen")}).connect(
            Role.OWNER, autocommit=True
        ) as admin:
            await admin.execute(f"alter system set commit_delay = {slow_us}")
            await admin.execute("alter system set commit_siblings = 0")
            await admin.execute("select pg_reload_conf()")
        told = []
        for _ in range(rounds):
            sku = next(skus)
            await owner.execute("update catalog.stock set on_hand = %s where sku_id = %s", (PIECES, sku))
            one = await asyncio.to_thread(rush, url, 1, sku)
            assert (one.won, one.sold_out, one.other) == (PIECES, BUYERS - PIECES, 0), one
            told.append(one)
        goals += [
            Goal(f"buyers of a hot SKU answered{name}", min(one.per_s for one in told), 1_000, 10_000, "a second"),
            Goal(f"… p99{name}", max(one.p99_ms for one in told), 300, 50, "ms", lower=True),
        ]
    return goals


async def _pages(work: Work, reads: int) -> list[Goal]:
    look, dice = Look(BrandId(1)), random.Random(7)
    cursors = [f"l.{int(_listed(dice.randrange(PRODUCTS)).timestamp() * 1e6)}.0" for _ in range(50)]

    async def by_key(uow: UnitOfWork) -> None:
        found = await uow.conn.execute("select * from catalog.product where id = %s", (dice.randrange(PRODUCTS) + 1,))
        assert await found.fetchone()

    async def page(uow: UnitOfWork) -> None:
        asked = Asked(category=f"c{dice.randrange(CATEGORIES)}", cursor=dice.choice(["", *cursors[:3]]))
        offers, _ = await browse.list_offers(uow, look, asked)
        assert offers

    async def cheapest(uow: UnitOfWork) -> None:
        assert (await browse.list_offers(uow, look, Asked(sort=Sort.CHEAPEST)))[0]

    async def search(uow: UnitOfWork) -> None:
        words = dice.choice([dice.choice(MARKS) + dice.choice(THINGS), dice.choice(ENGLISH), dice.choice(THINGS)])
        await browse.list_offers(uow, look, Asked(words=words))

    spent = await _timed(work, {"key": by_key, "page": page, "cheapest": cheapest, "search": search}, reads)
    p50, p99 = ({name: quantiles(times, n=100)[cut] for name, times in spent.items()} for cut in (49, 98))
    return [
        *(Goal(f"{name}, p50", p50[name], 25.0, 2.0, "ms", lower=True) for name in spent),
        Goal("a product by its key, p99", p99["key"], 5.0, 1.0, "ms", lower=True),
        Goal("a page of a category, p99", p99["page"], 25.0, 5.0, "ms", lower=True),
        Goal("a page against a read by key", p99["page"] / p99["key"], 5, 4, "times", lower=True),
        Goal("a page by price against a read by key", p99["cheapest"] / p99["key"], 5, 4, "times", lower=True),
        Goal("a search against a read by key", p99["search"] / p99["key"], 10, 8, "times", lower=True),
    ]


async def _timed(
    work: Work, acts: Mapping[str, Callable[[UnitOfWork], Awaitable[None]]], reads: int
) -> dict[str, list[float]]:
    """Milliseconds of each, after a tenth to warm up; in turn, so that what else runs disturbs all of them alike."""
    spent: dict[str, list[float]] = {name: [] for name in acts}
    async with work.begin(Actor(ActorKind.SYSTEM, "bench", HandlerId(1)), pipelined=True) as uow:
        for number in range(reads + reads // 10):
            for name, act in acts.items():
                begun = time.perf_counter()
                await act(uow)
                if number >= reads // 10:
                    spent[name].append((time.perf_counter() - begun) * 1e3)
    return spent


async def _fill(owner: Conn) -> None:
    """Made-up goods, by COPY."""
    await owner.execute("insert into identity.handler (code, name_en, name_zh) values ('bench', 'Bench', '试')")
    await owner.execute("insert into identity.brand (handler_id, code, name_en, name_zh) values (1, 'b', 'B', '牌')")
    for number in range(CATEGORIES):
        await owner.execute(
            "insert into catalog.category (handler_id, brand_id, code, ancestors, name_en, name_zh)"
            " values (1, 1, %s, array[%s::bigint], 'C', '类')",
            (f"c{number}", number + 1),
        )
    dice = random.Random(1)
    goods = [_product(number, dice) for number in range(PRODUCTS)]
    await _copy(
        owner,
        "catalog.product (id, ref, handler_id, brand_id, code, category_id, status, name_en, name_zh, text_en, text_zh,"
        " image_hashes, published_at, changed_at)",
        [(n, new_id("prd"), 1, 1, f"P{n}", c, "published", *t, [], at, at) for n, c, t, at, _ in goods],
    )
    skus = [(n * SKUS_EACH - k, n, fen + k) for n, _, _, _, fen in goods for k in range(SKUS_EACH)]
    await _copy(
        owner,
        "catalog.sku (id, ref, handler_id, product_id, code, name_en, name_zh, list_fen)",
        [(s, new_id("sku"), 1, n, f"S{s}", "", "", fen) for s, n, fen in skus],
    )
    await _copy(owner, "catalog.stock (sku_id, handler_id, on_hand)", [(s, 1, 5) for s, _, _ in skus])
    await _copy(
        owner,
        "catalog.listing (product_id, brand_id, ref, name_en, name_zh, categories, skus, list_fen, member_fen,"
        " listed_at, price_fen, from_at, until_at, name_words, words)",
        [_listing(*good) for good in goods],
    )
    await owner.execute(
        "insert into catalog.shelf (category_id, product_id, listed_at, price_fen, from_at, until_at)"
        " select categories[1], product_id, listed_at, price_fen, from_at, until_at from catalog.listing"
    )
    await owner.execute("vacuum analyze")


def _product(number: int, dice: random.Random) -> tuple[int, int, tuple[str, str, str, str], datetime, int]:
    marks, words = dice.sample(MARKS, 2), dice.sample(ENGLISH, 4)
    chinese = f"{marks[0]}{dice.choice(THINGS)}"
    text = "".join(dice.choice(MARKS) + dice.choice(THINGS) + "，" for _ in range(12))
    texts = (f"{words[0]} {words[1]}", chinese, " ".join(words), f"{marks[1]}。{text}")
    return number + 1, number % CATEGORIES + 1, texts, _listed(number), dice.randrange(100, 200_000)


def _listing(number: int, category: int, texts: tuple[str, ...], at: datetime, fen: int) -> tuple[object, ...]:
    skus = [(number * SKUS_EACH - k, fen + k) for k in range(SKUS_EACH)]
    tile = (number, 1, new_id("prd"), *texts[:2], [category], [s for s, _ in skus], [f for _, f in skus], "[{}, {}]")
    return (*tile, at, fen, "-infinity", "infinity", vector(indexed(texts[:2])), vector(indexed(texts)))


def _listed(number: int) -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number)


async def _copy(owner: Conn, into: str, rows: list[tuple[object, ...]]) -> None:
    async with owner.cursor().copy(f"copy {into} from stdin".encode()) as copy:
        for row in rows:
            await copy.write_row(row)


if __name__ == "__main__":
    if sys.argv[1:2] == ["buy"]:
        print(json.dumps(asyncio.run(buy(sys.argv[2], *map(int, sys.argv[3:6])))))
    else:
        print(json.dumps(asdict(measure(quick="--full" not in sys.argv)), indent=1, ensure_ascii=False, default=str))
