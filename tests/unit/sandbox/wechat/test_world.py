import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import aiohttp
import pytest

from yumen.sandbox.kit.journal import Journal, StateInUse
from yumen.sandbox.wechat.client import Admin
from yumen.sandbox.wechat.login import press_login
from yumen.sandbox.wechat.world import World, new_app, open_world


def start(folder: Path, *more: str) -> tuple[subprocess.Popen[str], dict]:
    runtime = folder / "runtime.json"
    runtime.unlink(missing_ok=True)
    command = [sys.executable, "-m", "yumen.sandbox.wechat", "--state", str(folder / "state.sqlite")]
    process = subprocess.Popen([*command, "--runtime", str(runtime), *more], stderr=subprocess.PIPE, text=True)
    for _ in range(200):
        if runtime.exists():
            return process, json.loads(runtime.read_text())
        assert process.poll() is None
        time.sleep(0.05)
    raise AssertionError("the sandbox did not start")


async def test_kill_9_loses_nothing_that_was_answered(tmp_path):
    process, where = start(tmp_path)
    try:
        async with Admin(where["admin"]) as admin, aiohttp.ClientSession() as session:
            app = await admin.create_app()
            codes = await admin.logins(app.appid, 50)
            query = {"appid": app.appid, "secret": app.secret, "grant_type": "authorization_code"}

            async def login(base: str, code: str) -> dict:
                async with session.get(f"{base}/sns/jscode2session", params={**query, "js_code": code}) as answer:
                    return json.loads(await answer.read())

            before = [await login(where["api"], pressed.code) for pressed in codes[:25]]
            await admin.advance_clock(100)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            process, where = start(tmp_path)
            used = [(await login(where["api"], pressed.code))["errcode"] for pressed in codes[:25]]
            fresh = [await login(where["api"], pressed.code) for pressed in codes[25:]]
        async with Admin(where["admin"]) as admin:
            after = await admin.overview()
    finally:
        process.kill()
        process.communicate()
    assert all("openid" in answer for answer in before + fresh)
    assert used == [40163] * 25
    assert (after.apps[0].appid, after.people, after.offset_s) == (app.appid, 50, 100)


def test_a_stopped_sandbox_ends_cleanly_and_removes_its_runtime_file(tmp_path):
    process, _ = start(tmp_path)
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=10)
    assert process.returncode == 0
    assert not (tmp_path / "runtime.json").exists()
    assert log
    assert all("SANDBOX / 沙箱 — this is not WeChat" in line for line in log.splitlines())


def test_other_addresses_than_loopback_are_refused(tmp_path):
    command = [sys.executable, "-m", "yumen.sandbox.wechat", "--state", str(tmp_path / "s.sqlite"), "--host", "0.0.0.0"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 2
    assert "NotLoopback" in ended.stderr


def test_a_state_file_has_one_holder(tmp_path):
    world = open_world(tmp_path / "state.sqlite")
    world.journal.commit()
    with pytest.raises(StateInUse):
        open_world(tmp_path / "state.sqlite")
    world.journal.close()


def test_the_same_seed_makes_the_same_people_and_openids(tmp_path):
    worlds = [World(Journal(tmp_path / f"{n}.sqlite"), seed) for n, seed in enumerate((7, 7, 8))]
    app = new_app("one")
    seen = []
    for world in worlds:
        (person,) = world.add_people(1)
        seen.append((person.name, person.phone, world.member(world.add_app(app), person).openid))
    assert seen[0] == seen[1]
    assert seen[0] != seen[2]


def test_old_codes_and_tokens_are_swept(tmp_path):
    world = open_world(tmp_path / "state.sqlite")
    app = world.add_app(new_app("one"))
    code = press_login(world, app, world.add_people(1)[0]).code
    world.sweep()
    assert code in world.login_codes
    world.move_clock(3601)
    world.sweep()
    assert world.login_codes == {}
    world.journal.close()
    assert open_world(tmp_path / "state.sqlite").login_codes == {}


def test_a_reset_forgets_all_but_the_authority(tmp_path):
    world = open_world(tmp_path / "state.sqlite")
    world.settings.ca_pem = "kept"
    world.add_app(new_app("one"))
    world.add_people(2)
    world.reset(seed=9)
    assert (world.apps, world.people, world.settings.seed, world.settings.ca_pem) == ({}, {}, 9, "kept")
