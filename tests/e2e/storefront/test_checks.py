"""The storefront's source: its types, WeChat's own compilers, our auditor, its weight."""

import json
import re
import subprocess
import sys

import pytest

from scripts.setup import node
from tests.e2e.storefront.conftest import shown
from yumen.app import storefront
from yumen.customer.orders.carriers import CARRIERS

SHOP, OFFICIAL = storefront.RUNNER.parent / "storefront", storefront.RUNNER.parent / "official"
MAIN_BYTES_MAX = 400_000
WAIT_MAX_S = 200
GOODS = "Pine of the house"


def run(*words, cwd):
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False, timeout=WAIT_MAX_S)
    assert done.returncode == 0, f"{' '.join(map(str, words))}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def compiled():
    """What WeChat's own tools make of the storefront: their report, and the folder."""
    if not storefront.is_there() or not (OFFICIAL / "node_modules/.installed").is_file():
        pytest.skip("Node.js or the packages of miniprogram/official are missing (make test sees to them)")
    return json.loads(run("node", "check.mjs", cwd=OFFICIAL).splitlines()[-1]), OFFICIAL / "build"


@pytest.mark.skipif(not storefront.is_there(), reason="Node.js or the runner's packages are missing")
def test_the_storefront_is_sound_in_its_types():
    run("npm", "run", "-s", "types", cwd=storefront.RUNNER)


def test_wechats_own_compilers_take_it_without_a_word(compiled):
    report, _ = compiled
    assert report["notes"] == []
    assert report["wxml"] > 20


def test_the_main_package_is_light(compiled):
    _, folder = compiled
    files = [file for file in folder.rglob("*") if file.is_file()]
    main = [file for file in files if file.relative_to(folder).parts[0] not in ("trade", "mine")]
    assert sum(file.stat().st_size for file in main) < MAIN_BYTES_MAX


def test_the_carriers_offered_for_a_return_are_those_that_the_shop_takes():
    listed = re.findall(r"\['(\w+)', '([^']+)', '([^']+)'\]", (SHOP / "shop/carriers.ts").read_text("utf-8"))
    assert listed == [(one.id, one.name_en, one.name_zh) for one in CARRIERS.values()]


def test_our_own_auditor_finds_nothing():
    if not storefront.is_there():
        pytest.skip("the SDK is not built: the auditor reads the tree as it is uploaded")
    node.build_sdk()
    said = run(sys.executable, "-m", "yumen", "audit", str(SHOP), "--lang", "en", cwd=SHOP.parent)
    assert "No finding among" in said


async def test_what_wechats_compilers_made_runs_just_the_same(compiled, street, new_phone):
    _, folder = compiled
    async with shown(street, folder) as url:
        phone = await new_phone(url)
        await phone.open(language="en", cashier="pay")
        await phone.buy(GOODS)
        await phone.see("Paid. Thank you.")
