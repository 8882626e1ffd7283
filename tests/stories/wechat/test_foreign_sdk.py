"""A public SDK by other authors (node-easywechat, npm) works with the sandbox, unchanged but for host and CA bundle.

It speaks TLS to the sandbox under the sandbox's own CA. The SDK comes from the npm registry by the lock in
`foreign_sdk/`; where there is no npm this is said and skipped.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "foreign_sdk"
WAIT_S = 30


@dataclass
class Sdk:
    """The running SDK: `do` asks one thing of it."""

    process: asyncio.subprocess.Process
    push_url: str

    async def do(self, what: str, **more: str) -> dict[str, Any]:
        return await _ask(self.process, {"do": what, **more})

    async def heard(self) -> dict[str, Any]:
        """The next line it says without being asked."""
        return await _line(self.process)


@pytest.fixture(scope="session")
def installed() -> None:
    """The SDK, installed by its lock unless it is there already."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("no npm here: the foreign SDK cannot be had")


@pytest.fixture
async def sdk(stage, installed: None) -> AsyncIterator[Sdk]:
    if not (FOLDER / "node_modules" / ".package-lock.json").is_file():
        npm = await asyncio.create_subprocess_exec(
            "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", cwd=FOLDER
        )
        assert await npm.wait() == 0, "npm could not install the SDK"
    process = await asyncio.create_subprocess_exec(
        "node",
        "drive.cjs",
        cwd=FOLDER,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "NODE_EXTRA_CA_CERTS": stage.addresses.ca},
    )
    push = stage.account.push
    given = {"appid": stage.appid, "secret": stage.account.secret, "token": push.token, "aesKey": push.encoding_aes_key}
    try:
        said = await _ask(process, {"base": stage.addresses.tls + "/", **given})
        yield Sdk(process, f"http://127.0.0.1:{said['port']}/")
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _ask(process: asyncio.subprocess.Process, wish: dict[str, str]) -> dict[str, Any]:
    assert process.stdin is not None
    process.stdin.write(json.dumps(wish).encode() + b"\n")
    await process.stdin.drain()
    return await _line(process)


async def _line(process: asyncio.subprocess.Process) -> dict[str, Any]:
    assert process.stdout is not None
    async with asyncio.timeout(WAIT_S):
        said: dict[str, Any] = json.loads(await process.stdout.readline())
    return said


async def test_it_gets_tokens_of_both_families(stage, sdk):
    stable, plain = [await sdk.do("token", app=family) for family in ("stable", "plain")]
    assert stable["token"] != plain["token"]
    assert stable["token"] == await stage.mini.tokens.get(stage.account)


async def test_it_logs_a_person_in_and_the_code_works_once(stage, sdk):
    person = (await stage.admin.people(1))[0]
    code = await stage.admin.login(stage.appid, person.id)
    session = (await sdk.do("login", code=code))["session"]
    member = await stage.admin.member(stage.appid, person.id)
    assert (session["openid"], session["session_key"]) == (member.openid, member.session_key)
    assert "40163" in (await sdk.do("login", code=code))["error"]


async def test_it_reads_a_phone_number_by_code_and_by_decryption(stage, sdk):
    person = (await stage.admin.people(1))[0]
    pressed = await stage.admin.phone(stage.appid, person.id)
    answer = (await sdk.do("phone", code=pressed.code))["answer"]
    assert answer["phone_info"]["purePhoneNumber"] == person.pure_phone
    key = (await stage.admin.member(stage.appid, person.id)).session_key
    opened = await sdk.do("decrypt", sessionKey=key, iv=pressed.iv, data=pressed.encryptedData)
    assert opened["data"]["purePhoneNumber"] == person.pure_phone


async def test_it_decrypts_a_push(stage, sdk):
    """In XML: this SDK reads no JSON inside the ciphertext."""
    push = stage.account.push
    await stage.admin.set_push(
        stage.appid, sdk.push_url, push.token, push.encoding_aes_key, mode="secure", format="xml"
    )
    person = (await stage.admin.people(1))[0]
    await stage.admin.revoke(stage.appid, person.id, "8")
    openid = (await stage.admin.member(stage.appid, person.id)).openid
    pushed = (await sdk.heard())["pushed"]
    assert pushed == {"Event": "user_authorization_revoke", "OpenID": openid, "RevokeInfo": "8"}
