import asyncio
import json
import os
import signal
import subprocess
import sys
import time

import aiohttp
import pytest

from yumen.sandbox.kit.journal import StateInUse
from yumen.sandbox.wechatpay.client import Admin
from yumen.sandbox.wechatpay.world import open_world


def start(folder, *more: str) -> tuple[subprocess.Popen, dict]:
    runtime = folder / "runtime.json"
    runtime.unlink(missing_ok=True)
    command = [sys.executable, "-m", "yumen.sandbox.wechatpay", "--quiet", "--state", str(folder / "state.sqlite")]
    process = subprocess.Popen([*command, "--runtime", str(runtime), *more], stdout=subprocess.DEVNULL)
    for _ in range(400):
        if runtime.exists():
            return process, json.loads(runtime.read_text())
        assert process.poll() is None
        time.sleep(0.05)
    raise AssertionError("the sandbox did not start")


async def test_kill_9_loses_nothing_that_was_answered(tmp_path, backend_of):
    process, where = start(tmp_path)
    try:
        async with Admin(where["admin"]) as admin, aiohttp.ClientSession() as session:
            merchant = await admin.create_merchant(key_mode="both", deliver_to="http://127.0.0.1:9")
            backend = backend_of(session, where["api"], merchant)
            bodies = [backend.order() for _ in range(8)]
            placed = await asyncio.gather(
                *(backend.call("POST", "/v3/pay/transactions/jsapi", body) for body in bodies)
            )
            numbers = [body["out_trade_no"] for body in bodies]
            await admin.pay(merchant.mchid, numbers[0])
            await backend.refund(numbers[0], 100, name="R1")
            await backend.close(numbers[1])
            await admin.rotate(0.5)
            await admin.advance_clock(100)
            before = await admin.overview()
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            process, where = start(tmp_path)
            backend.base = where["api"]
            states = [(await backend.query(number)).json["trade_state"] for number in numbers]
            again = await backend.refund(numbers[0], 100, name="R1")
            signed = await backend.query(numbers[0])
        async with Admin(where["admin"]) as admin:
            after = await admin.overview()
            waiting = await admin.notices(number=numbers[0])
            rotation = await admin.rotate(0.5)
    finally:
        process.kill()
        process.wait()
    assert {answer.status for answer in placed} == {200}
    assert states == ["REFUND", "CLOSED"] + ["NOTPAY"] * 6
    assert (again.status, again.json["out_refund_no"]) == (200, "R1")
    assert signed.signed
    assert after.merchants == before.merchants
    assert after.offset_s == before.offset_s == 100
    assert waiting[0].state == "waiting"
    assert len(rotation.signing) == 2


def test_a_state_file_has_one_process(tmp_path):
    world = open_world(tmp_path / "state.sqlite")
    with pytest.raises(StateInUse):
        open_world(tmp_path / "state.sqlite")
    world.journal.close()


async def test_forgetting_everything_keeps_only_the_authority(backend, admin):
    number = (await backend.place())["out_trade_no"]
    await admin.pay(backend.merchant.mchid, number)
    await admin.advance_clock(50)
    shown = await admin.reset(seed=7)
    assert (shown.merchants, shown.orders, shown.offset_s, shown.seed) == ([], 0, 0, 7)
    assert await admin.notices() == []


async def test_old_notices_are_swept_and_waiting_ones_stay(tmp_path):
    from yumen.sandbox.wechatpay.records import Notice
    from yumen.sandbox.wechatpay.world import NOTICES_DONE_KEPT_MAX

    world = open_world(tmp_path / "state.sqlite")
    for number in range(NOTICES_DONE_KEPT_MAX + 10):
        world.save_notice(Notice(id=str(number), mchid="1", event="payment", number="T", state="delivered"))
    world.save_notice(Notice(id="waiting", mchid="1", event="payment", number="T"))
    world.sweep()
    assert len(world.notices) == NOTICES_DONE_KEPT_MAX + 1
    assert "waiting" in world.notices
    assert "0" not in world.notices
    world.journal.close()
