"""A day's bill of a million rows compared with the ledger: seconds and memory of the process that does it.

`measure` loads the ledger and writes the bill as WeChat Pay writes it, gzipped; the comparing runs in a
process of its own (`python -m bench.reconcile FILE`), which also finds the few differences that were planted.
"""

import asyncio
import gzip
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from bench import order_shop
from bench.ground import FOLDER, ROOT
from bench.processes import Process
from bench.report import Goal, Section
from yumen.app.databases import Databases, bring_up_to_date
from yumen.customer.orders import progress, reconciliation
from yumen.kit import postgres
from yumen.kit.db import Role
from yumen.wechat.pay.bill_rows import trade_rows
from yumen.wechat.pay.bills import Bill

DAY = date(2026, 11, 24)
ROWS = 1_000_000
PLANTED = 3
FEN, FEE = 10_000, "0.60000"
FLOOR_S, FLOOR_MIB = 60.0, 300.0
COLUMNS = ("rows", "seconds", "rows/s", "Python CPU s", "PG CPU s", "process MiB", "differences found")
HEADER = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,"
    "代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,"
    "申请退款金额,费率备注"
)
SUMMARY = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
PURCHASE = """
insert into orders.purchase (id, handler_id, subject_id, app_id, state, reservation, coupons, goods_fen, shipping_fen,
       total_fen, paid_fen, recipient_sealed, recipient_index, phone_sealed, phone_index, address_sealed, placed_at,
       pay_by_at, paid_at)
values ('ord_00000000000000000000000000', 1, 1, 1, 'paid', 'rsv', '{}', 1, 0, 1, 1, '\\x00', decode(repeat('00', 16),
        'hex'), '\\x00', decode(repeat('00', 16), 'hex'), '\\x00', now(), now(), now())
"""
PAYMENTS = """
insert into orders.payment (id, purchase_id, handler_id, appid, mchid, amount_fen, description, expires_at, state,
       transaction_id, paid_at, created_at)
select 'pay_' || lpad(n::text, 26, '0'), 'ord_00000000000000000000000000', 1, %(appid)s, %(mchid)s, %(fen)s, 'x', at,
       'paid', '42' || lpad(n::text, 26, '0'), at, at
  from generate_series(1, %(rows)s::int) n,
       lateral (select timestamptz '2026-11-24 08:00+08' + n * interval '1 ms' as at) t
"""


def measure(quick: bool) -> Section:
    """Load, write, compare."""
    rows = ROWS // 10 if quick else ROWS
    folder = FOLDER / "reconcile"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    server = postgres.ensure(folder / "postgres")
    try:
        told = asyncio.run(_filled(server, folder))
        with psycopg.connect(server.admin_url("yumen"), autocommit=True) as conn:
            conn.execute(PURCHASE)
            values = {"appid": order_shop.APPID, "mchid": order_shop.MCHID, "fen": FEN, "rows": rows}
            conn.execute(PAYMENTS, values)
            conn.execute("vacuum analyze orders.payment")
        write_bill(folder / "bill.gz", rows)
        (folder / "told.json").write_text(json.dumps(told))
        command = [sys.executable, "-m", "bench.reconcile", str(folder / "told.json")]
        cluster = Process(server.pid)
        before_s = cluster.cpu_s()
        said = json.loads(subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout)
        postgres_s = cluster.cpu_s() - before_s
    finally:
        server.stop()
        shutil.rmtree(folder)
    assert (said["rows"], said["differences"]) == (rows, PLANTED), said
    seconds = said["seconds"] * ROWS / rows
    goals = [
        Goal("a bill of 1,000,000 rows", seconds, FLOOR_S, 30.0, "s", lower=True),
        Goal("memory of the process that compares it", said["mib"], FLOOR_MIB, 150.0, "MiB", lower=True),
    ]
    row = (
        rows, round(said["seconds"], 1), round(rows / said["seconds"]), round(said["cpu_s"], 1), round(postgres_s, 1),
        round(said["mib"]), said["differences"],
    )  # fmt: skip
    notes = [
        f"Gzipped bill in WeChat Pay's format, {PLANTED} differences planted and found; parsed, staged, compared, with "
        f"its leaf, committed.{' Scaled up from a tenth.' if quick else ''}",
    ]
    return Section("reconcile", "Reconciliation", COLUMNS, [row], goals, notes)


async def _filled(server: postgres.Server, folder: Path) -> dict[str, Any]:
    keys = order_shop.Keys.made()
    urls = {Role(role): url for role, url in server.urls().items()}
    await bring_up_to_date(Databases(urls, urls[Role.APP]))
    async with order_shop.opened(order_shop.settings_of(server.urls(), folder, keys)) as house:
        await order_shop.fill(house, 1)
    return {
        "urls": server.urls(), "folder": str(folder), "merchant_key": keys.merchant, "platform_key": keys.platform,
    }  # fmt: skip


def write_bill(file: Path, rows: int) -> None:
    """A bill with an amount that is off by one fen, a payment that we lack, and one that it lacks."""
    total = 0
    with gzip.open(file, "wt", encoding="utf-8-sig", newline="", compresslevel=1) as bill:
        bill.write(HEADER + "\r\n")
        for number in range(1, rows + 1):
            name = rows + 7 if number == 2 else number
            fen = FEN + 1 if number == 1 else FEN
            total += fen
            bill.write(_row(name, f"{fen // 100}.{fen % 100:02d}"))
        fee, yuan = f"{rows * 0.6:.5f}", f"{total // 100}.{total % 100:02d}"
        bill.write(f"{SUMMARY}\r\n`{rows},`{yuan},`0.00,`0.00,`{fee},`{yuan},`0.00\r\n")


def _row(number: int, yuan: str) -> str:
    values = (
        "2026-11-24 09:00:00", order_shop.APPID, order_shop.MCHID, "0", "", f"42{number:026d}", f"pay_{number:026d}",
        "oBench", "JSAPI", "SUCCESS", "OTHERS", "CNY", yuan, "0.00", "0", "0", "0.00", "0.00", "", "", "Thing", "",
        FEE, "0.60%", yuan, "0.00", "",
    )  # fmt: skip
    return ",".join(f"`{value}" for value in values) + "\r\n"


async def compare(told: dict[str, Any]) -> dict[str, object]:
    """Compare the bill in the folder; answers what came of it."""
    keys, folder = order_shop.Keys(told["merchant_key"], told["platform_key"]), Path(told["folder"])
    async with order_shop.opened(order_shop.settings_of(told["urls"], folder, keys)) as house:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write((folder / "bill.gz").read_bytes())
            bill = Bill(DAY, "00", file, trade_rows)
            begun, cpu_s = time.perf_counter(), time.process_time()
            async with house.work.begin(progress.system(order_shop.handler_of(house))) as uow:
                compared = await reconciliation.compare(uow, order_shop.MCHID, DAY, bill)
            seconds, cpu_s = time.perf_counter() - begun, time.process_time() - cpu_s
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 2**20
    return {
        "rows": compared.rows, "differences": len(compared.differences), "seconds": seconds, "cpu_s": cpu_s, "mib": mib,
    }  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps(asyncio.run(compare(json.loads(Path(sys.argv[1]).read_text())))), flush=True)
        os._exit(0)  # nothing else to say; pools are closed
    measured = measure(quick=True)
    print(*measured.rows, *measured.goals, sep="\n")
