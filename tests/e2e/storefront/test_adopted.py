"""The SDK inside projects of other frameworks: what Taro and uni-app compile, run before the same street.

Their tools are too heavy for `make test`: `npm install` in a folder of `miniprogram/adopted` brings them (460 MB).
"""

import shutil
import subprocess

import pytest

from tests.e2e.storefront.conftest import shown
from yumen.app import storefront

ADOPTED = storefront.RUNNER.parent / "adopted"
BUILT = {"taro": "dist", "uni-app": "dist/build/mp-weixin"}
APPID = "wx0123456789abcdef"
WAIT_MAX_S = 900


def compiled(name, street, folder):
    """The mini-program that the framework makes of its project, with the appid of the street."""
    project = ADOPTED / name
    if not (project / "node_modules").is_dir():
        pytest.skip(f"its tools are missing: npm install in miniprogram/adopted/{name}")
    done = subprocess.run(
        ("npm", "run", "-s", "build"), cwd=project, capture_output=True, text=True, check=False, timeout=WAIT_MAX_S
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    shutil.copytree(project / BUILT[name], folder, dirs_exist_ok=True)
    for script in folder.rglob("*.js"):
        script.write_text(script.read_text("utf-8").replace(APPID, street.appid), "utf-8")
    return folder


@pytest.mark.soak
@pytest.mark.parametrize("name", BUILT)
async def test_it_starts_and_reads_without_a_login(name, street, new_phone, tmp_path):
    async with shown(street, compiled(name, street, tmp_path)) as url:
        phone = await new_phone(url)
        await phone.open(language="en")
        await phone.see("Pine of the house")
        assert not [key for key in await phone.kept() if "session" in key], "nobody is logged in by looking"


@pytest.mark.soak
@pytest.mark.parametrize("name", BUILT)
async def test_it_shows_the_sheet_and_logs_in(name, street, new_phone, tmp_path):
    async with shown(street, compiled(name, street, tmp_path)) as url:
        phone = await new_phone(url)
        await phone.open(language="en")
        await phone.tap("Log in")
        await phone.agree()
        await phone.see("not_needed")
        assert [key for key in await phone.kept() if "session" in key]
