"""A recipient tried from a terminal before anybody is sent: what is missing, made, and then found to fit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.stories.app.cli.test_gateway import SOURCE
from tests.stories.app.conftest import Town
from yumen.app.cli import app
from yumen.sandbox.hubspot import client, server

SECTION = """
[recipient.hq]
handler = "velvet"
contract = "members-crm"
connector = "{kind}"
url = "{url}"
external_id = "member_no"
version_field = "yumen_version"
fields = ["Member_No=member_no", "Phone_Hash=phone_hash", "Nickname=firstname"]
secret = "{token}"
client_id = "app"
salt = "pepper"
{more}
"""


@pytest.fixture
async def portal(tmp_path: Path) -> AsyncIterator[tuple[str, client.Admin]]:
    options = server.Options(state=tmp_path / "hubspot.sqlite")
    async with server.running(options) as at, client.Admin(at.admin) as admin:
        yield at.api, admin


async def run(town: Town, folder: Path, section: str, *words: str) -> Result:
    file = await asyncio.to_thread(town.settings_file, folder)
    file.write_text(file.read_text() + section)
    env = {"YUMEN_LANG": "en", "YUMEN_CONFIG": str(file)}
    return await asyncio.to_thread(CliRunner().invoke, app, ["gateway", *words], env=env)


async def test_a_mapping_is_shown_completed_and_fits(town: Town, tmp_path: Path, portal) -> None:
    draft = tmp_path / "members-crm.toml"
    draft.write_text(SOURCE)
    han = await town.clerk("compliance")
    more = 'suppress = ["left_alone=true"]\nhook_secret = "s3cret"'
    given = {"kind": "hubspot", "url": portal[0], "token": (await portal[1].app()).token, "more": more}
    section = SECTION.format(**given)
    shown = await run(town, tmp_path, section, "preview", "hq", "--contract", str(draft))
    assert shown.exit_code == 1
    assert "! phone_hash: the recipient has no such field" in shown.output, shown.stderr
    made = await run(town, tmp_path, section, "properties", "hq", "--contract", str(draft), "--key", han)
    assert made.output.split() == [
        "member_no", "phone_hash", "yumen_version", "left_alone", "yumen_export_optout", "yumen_rights_request",
    ], made.stderr  # fmt: skip
    (kept,) = [kind.properties for kind in await portal[1].kinds() if kind.name == "contacts"]
    assert (kept["member_no"].has_unique_value, kept["yumen_version"].type) == (True, "number")
    again = await run(town, tmp_path, section, "properties", "hq", "--contract", str(draft), "--key", han)
    assert "all there" in again.output
    fits = await run(town, tmp_path, section, "preview", "hq", "--contract", str(draft))
    assert (fits.exit_code, "!" in fits.output) == (0, False), fits.output
    draft.write_text(SOURCE.replace("phone.phone", "phone.shoe_size"))
    faulty = await run(town, tmp_path, section, "preview", "hq", "--contract", str(draft))
    assert (faulty.exit_code, "shoe_size" in faulty.output) == (1, True), faulty.stderr
    early = await run(town, tmp_path, section, "dry-run", "hq", "--key", han)
    assert (early.exit_code, "[gateway.contract_not_in_force]" in early.stderr) == (1, True)


@pytest.mark.parametrize(
    ("kind", "words", "code"),
    [
        ("webhook", ("properties", "hq", "--key", "{han}"), "gateway.no_properties"),
        ("webhook", ("dry-run", "hq", "--key", "{han}"), "gateway.no_mapping"),
        ("webhook", ("preview", "elsewhere"), "gateway.recipient_unknown"),
        ("webhook", ("dry-run", "hq", "--key", "{support}"), "access.denied"),
        ("webhook", ("dry-run", "hq", "--key", "nobody"), "auth.invalid"),
        ("webhook", ("pause", "members-crm", "--reason", "audit", "--key", "{support}"), "access.denied"),
        ("webhook", ("end", "members-crm", "--key", "{support}"), "access.denied"),
        ("webhook", ("retry", "gcs_x", "--key", "{han}"), "gateway.case_unknown"),
        ("webhook", ("drop", "gcs_x", "--reason", "test", "--key", "{support}"), "access.denied"),
    ],
)
async def test_what_cannot_be_done_is_told_with_its_code(
    town: Town, tmp_path: Path, kind: str, words: tuple[str, ...], code: str
) -> None:
    keys = {"han": await town.clerk("compliance"), "support": await town.clerk("support")}
    section = SECTION.format(kind=kind, url="http://127.0.0.1:9/in", token="t", more="")
    done = await run(town, tmp_path, section, *(word.format(**keys) for word in words))
    assert (done.exit_code, f"[{code}]" in done.stderr) == (1, True), done.stderr
