"""The auditor over the running demo, as docs/how-to/audit.md says it: every area, no finding, and no silent gap."""

import asyncio
import json
import os
import shutil
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

import aiohttp
import pytest

from yumen.app import storefront
from yumen.app.demo import cast, crossing
from yumen.app.demo.headquarters import Headquarters
from yumen.app.demo.shopper import Api
from yumen.audit.rule import Area
from yumen.kit.db import Role
from yumen.kit.settings import FILE_VARIABLE
from yumen.sandbox.hubspot.client import Admin as HubSpotAdmin
from yumen.sandbox.salesforce.client import Admin as SalesforceAdmin
from yumen.sandbox.wechat.client import Admin

ROOT = storefront.RUNNER.parents[1]
DECLARED = "yumen-audit.toml"
GAPS = Path(__file__).with_name("not_checked.toml")
SHOPPERS = 2
AS_OF = "2026-11-26"
"""The declaration's made-up filings are of that year."""
LEFT_OUT = ("node_modules", "build", "__pycache__")


@pytest.fixture(scope="module")
async def town(street):
    """The street with what `make demo` has besides: contracts in force abroad, and somebody who agreed to them."""
    running = street.running
    async with (
        aiohttp.ClientSession() as http,
        Admin(running.sandbox_admin_url) as wechat,
        SalesforceAdmin(running.salesforce_admin_url) as salesforce,
        HubSpotAdmin(running.hubspot_admin_url) as hubspot,
    ):
        api, hq = Api(http, running.settings.server.shopper_url), Headquarters(salesforce, hubspot)
        await hq.prepare(running)
        await crossing.Border(running, api, street.keeper, hq).sign(frozenset())
        people = (await wechat.add_people(SHOPPERS))[-SHOPPERS:]
        await cast.play(api, wechat, street.appid, people, lambda done: None)
    return street


@pytest.fixture(scope="module")
async def folder(town, tmp_path_factory):
    """A checkout in which the demo has exported its evidence."""
    made = tmp_path_factory.mktemp("checkout")
    shutil.copy(ROOT / DECLARED, made)
    shop = "miniprogram/storefront"
    shutil.copytree(ROOT / shop, made / shop, ignore=shutil.ignore_patterns(*LEFT_OUT))
    status, said = await yumen(town, made, "evidence", "export", "--folder", ".yumen/demo/evidence")
    assert status == 0, said
    return made


async def yumen(town, folder, *words):
    """A command of a second terminal, beside the demo: its exit code and what it printed."""
    settings = {FILE_VARIABLE: str(town.premises.folder / "yumen.toml"), "YUMEN_LANG": "en"}
    command = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "yumen", *words), cwd=folder, env={**os.environ, **settings},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await command.communicate()
    return command.returncode, said.decode()


async def audited(town, folder, *words):
    """The report of `yumen audit .`."""
    status, said = await yumen(town, folder, "audit", ".", "--as-of", AS_OF, "--format", "json", "-o", "r.json", *words)
    assert status == 0, said
    return json.loads((folder / "r.json").read_text(encoding="utf-8"))


def gaps_of(report):
    """Rules by what they missed: the need, and the word of a column or filing that was not told."""
    found = defaultdict(set)
    for one in report["missing"]:
        word = next((one["facts"][name] for name in ("column", "word", "kind") if name in one["facts"]), "")
        found[f"{one['need']} {word}".strip()].add(one["rule"])
    return {need: sorted(rules) for need, rules in found.items()}


async def test_every_area_is_clean_and_what_is_not_checked_is_known(town, folder):
    report = await audited(town, folder)
    assert [(one["rule"], one["place"]) for one in report["findings"]] == []
    assert report["suppressed"] == report["others"] == []
    assert {one["area"] for one in report["rules"] if one["checked"]} == {area.value for area in Area}
    known = tomllib.loads(GAPS.read_text(encoding="utf-8"))
    assert gaps_of(report) == {one["need"]: one["rules"] for one in known["gap"]}
    assert [(one["name"], one["code"]) for one in report["unread"]] == [
        (one["name"], one["code"]) for one in known["unread"]
    ]


async def test_the_rows_that_are_there_are_clean_too(town, folder):
    database = town.running.databases.urls[Role.OWNER]
    report = await audited(town, folder, "--only", "data", "--only", "border", "--db", database)
    assert [(one["rule"], one["place"], one["facts"]) for one in report["findings"]] == []
    assert "no_sample" not in {one["code"] for one in report["unread"]}, "every table was looked into"
    assert {"DAT001", "DAT002", "DAT010", "DAT011"} <= {one["id"] for one in report["rules"] if one["checked"]}
