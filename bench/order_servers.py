"""Start the two shops of the HTTP measurement: ours as it is run, and the FastAPI peer, with the same goods."""

import asyncio
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bench import order_shop, ours
from bench.ground import ROOT, Ground
from bench.order_press import JSON, Caller, Shop, log_in
from bench.peers import start
from bench.processes import free_port, running
from bench.stand_in import openid_of
from yumen.kit.settings import load

OURS, OURS_WIDE, THEIRS = "Yumen", "Yumen, a process a core", "FastAPI"
SKUS, PIECES_HOT = 8, 100
PEER_FEN = 10_000
DESTINATION = {
    "recipient": "陈小玉", "phone": "19900000001", "province": "上海市", "city": "上海市", "district": "黄浦区",
    "street": "中山东一路1号", "postcode": "200002",
}  # fmt: skip
MERCHANT = """
[merchant.bench]
apps = ["bench"]
mchid = "{mchid}"
serial = "{serial}"
private_key = "env:BENCH_MERCHANT_KEY"
apiv3_key = "env:BENCH_APIV3_KEY"
public_key_id = "{key_id}"
public_key = "env:BENCH_PLATFORM_KEY"
base_urls = ["http://127.0.0.1:{port}"]
"""


@contextmanager
def yumen(ground: Ground, keys: order_shop.Keys, pay_port: int, workers: int = 1) -> Iterator[Shop]:
    """Shopper edge of so many processes, hooks edge and worker on fresh databases, with goods and a club; everybody is
    a member."""
    port, hooks_port = free_port(), free_port()
    env = {
        **ours.environment(ground, _merchant(pay_port)),
        "YUMEN_SERVER__SHOPPER_PORT": str(port), "YUMEN_SERVER__HOOKS_PORT": str(hooks_port),
        "YUMEN_SERVER__WORKERS": str(workers),
        "BENCH_MERCHANT_KEY": keys.merchant, "BENCH_PLATFORM_KEY": order_shop.public_pem(keys.platform),
        "BENCH_APIV3_KEY": order_shop.APIV3_KEY.decode(),
    }  # fmt: skip
    ours.run([ours.YUMEN, "migrate"], env)
    hot = asyncio.run(_filled(env, ground.subjects))
    with (
        running([ours.YUMEN, "serve", "shopper"], port, ground.folder / "shop-shopper.log", env, ROOT) as shopper,
        running([ours.YUMEN, "serve", "hooks"], hooks_port, ground.folder / "shop-hooks.log", env, ROOT) as hooks,
        running([ours.YUMEN, "worker"], None, ground.folder / "shop-worker.log", env, ROOT) as worker,
    ):
        tokens = asyncio.run(log_in(port, lambda n: _login(n, ours.APPID), ground.subjects))
        *carts, hot_cart = asyncio.run(_quoted(port, tokens[0], [*_pairs(hot[:-1]), {hot[-1]: 1}]))
        url = ground.server.admin_url(ours.DATABASE)
        yield Shop(
            OURS if workers == 1 else OURS_WIDE, port, hooks_port, f"/hooks/wechatpay/{order_shop.MCHID}", carts,
            hot_cart, tokens, (shopper, hooks), url,
            "select id, amount_fen from orders.payment where state = 'ready'",
            "select count(*) from orders.purchase where state = 'paid'",
            "select count(*) from (select 1 from loyalty.entry group by posting_id having sum(points) <> 0) t",
            worker,
        )  # fmt: skip


@contextmanager
def fastapi(ground: Ground, keys: order_shop.Keys, pay_port: int) -> Iterator[Shop]:
    """The peer's shop under uvicorn, one worker, uvloop and httptools."""
    port, (url, env) = free_port(), start.prepared(ground, "peer_shop")
    with psycopg.connect(url) as conn:
        conn.execute((Path(start.__file__).parent / "shop.sql").read_text().encode())
        skus = [f"sku_{number}" for number in range(SKUS + 1)]
        goods = [(sku, "Thing", "物", "c", PEER_FEN) for sku in skus]
        conn.cursor().executemany("insert into article values (%s, %s, %s, %s, %s)", goods)
        conn.execute("insert into stock select sku, %s from article", [order_shop.PIECES])
        conn.execute("update stock set on_hand = %s where sku = %s", [PIECES_HOT, skus[-1]])
        conn.execute("insert into member (subject_id) select id from subject")
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("vacuum analyze")
    env = {
        **env, "MCHID": order_shop.MCHID, "APIV3_KEY": order_shop.APIV3_KEY.decode(), "MERCHANT_KEY": keys.merchant,
        "PLATFORM_KEY": order_shop.public_pem(keys.platform), "PAY_BASE": f"http://127.0.0.1:{pay_port}",
    }  # fmt: skip
    command: list[str | Path] = [
        *(start.PYTHON, "-m", "uvicorn", "shop:app", "--port", str(port), "--loop", "uvloop", "--http", "httptools"),
        *("--access-log", "--no-use-colors"),
    ]
    with running(command, port, ground.folder / "shop-fastapi.log", env, start.HERE / "fastapi") as process:
        tokens = asyncio.run(log_in(port, lambda n: _login(n, ""), ground.subjects))
        carts = [_order(lines, sum(lines.values()) * PEER_FEN) for lines in [*_pairs(skus[:-1]), {skus[-1]: 1}]]
        yield Shop(
            THEIRS, port, port, "/hooks/wechatpay", carts[:-1], carts[-1], tokens, (process,), url,
            "select id, amount_fen from payment where state = 'ready'",
            "select count(*) from purchase where state = 'paid'",
            "select count(*) from (select 1 from entry group by posting_id having sum(points) <> 0) t",
        )  # fmt: skip


def _merchant(port: int) -> str:
    return MERCHANT.format(mchid=order_shop.MCHID, serial="A" * 40, key_id=order_shop.KEY_ID, port=port)


async def _filled(env: dict[str, str], people: int) -> list[str]:
    """Goods, the club and its members; the articles of carts, and last the hot one."""
    settings = load(Path(env["YUMEN_CONFIG"]), {**os.environ, **env}).settings
    async with order_shop.opened(settings) as house:
        await order_shop.fill(house, people, openid_of)
        skus = await order_shop.skus_of(house, SKUS + 1)
        await order_shop.stock(house, skus[-1], PIECES_HOT)
        return skus


def _pairs(skus: list[str]) -> list[dict[str, int]]:
    """Two articles each, one piece of the one and two of the other."""
    return [{sku: 1, skus[place - 1]: 2} for place, sku in enumerate(skus)]


async def _quoted(port: int, token: str, carts: list[dict[str, int]]) -> list[str]:
    caller, bodies = Caller(port), []
    for lines in carts:
        body = json.dumps({"lines": _lines(lines)}).encode()
        status, answer = await caller.post("/v1/quote", body, JSON | {"authorization": f"Bearer {token}"})
        assert status == 200, answer
        bodies.append(_order(lines, json.loads(answer)["total_fen"]))
    caller.close()
    return bodies


def _order(lines: dict[str, int], fen: int) -> str:
    return json.dumps({"expected_fen": fen, "lines": _lines(lines), "destination": DESTINATION})


def _lines(lines: dict[str, int]) -> list[dict[str, object]]:
    return [{"sku": sku, "quantity": quantity} for sku, quantity in lines.items()]


def _login(number: int, appid: str) -> str:
    told = {"code": f"{number:08d}shop"} | ({"app": appid} if appid else {})
    return json.dumps(told)
