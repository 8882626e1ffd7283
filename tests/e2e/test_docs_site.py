"""The documentation site is made offline, leads everywhere it says, and reads in both languages on every screen."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r'(?:href|src)="([^"#]+)(?:#[^"]*)?"')


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    made = subprocess.run(
        [sys.executable, "-m", "scripts.docs", folder], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr[-2000:]
    return folder


def test_every_page_exists_in_both_languages(site):
    english = {file.relative_to(site).as_posix() for file in site.rglob("*.html") if "zh" not in file.parts}
    chinese = {file.relative_to(site / "zh").as_posix() for file in (site / "zh").rglob("*.html")}
    assert len(english) > 10
    assert english - {name for name in english if name.startswith("zh/")} == chinese


def test_every_link_inside_leads_to_a_file(site):
    broken = [
        f"{file.relative_to(site)} → {target}"
        for file in site.rglob("*.html")
        for target in LINK.findall(file.read_text("utf-8"))
        if not target.startswith(("http://", "https://", "mailto:")) and not (file.parent / target).exists()
    ]
    assert not broken


def test_nothing_is_loaded_from_elsewhere(site):
    loaded = re.compile(r'<(?:script|link|img)[^>]+(?:src|href)="(https?:)?//|url\((?:https?:)?//|@import')
    texts = [file for file in site.rglob("*.*") if file.suffix != ".png"]
    assert not [str(file) for file in texts if loaded.search(file.read_text("utf-8"))]


def test_generated_reference_is_told_in_both_languages(site):
    for place, english, chinese in (
        ("reference/settings", "Settings", "设置项"),
        ("reference/commands", "Commands", "命令"),
        ("reference/problems", "Problems", "问题代码"),
        ("reference/leaves", "Leaves of the trail", "留痕种类"),
    ):
        assert f">{english}</h1>" in (site / f"{place}.html").read_text("utf-8")
        assert f">{chinese}</h1>" in (site / f"zh/{place}.html").read_text("utf-8")


@pytest.mark.parametrize("width", [1440, 900, 390])
@pytest.mark.parametrize("place", ["index.html", "zh/reference/settings.html", "code/kit.html"])
async def test_no_page_is_wider_than_its_screen(site, browser, place, width):
    page = await browser.new_page(viewport={"width": width, "height": 900})
    await page.goto((site / place).as_uri())
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.close()


async def test_the_other_language_and_the_other_light_are_one_click_away(site, browser):
    page = await browser.new_page(color_scheme="light")
    await page.goto((site / "reference/problems.html").as_uri())
    await page.click("#theme")
    assert await page.get_attribute("html", "data-theme") == "dark"
    await page.click("text=中文")
    await page.wait_for_url("**/zh/reference/problems.html")
    assert await page.get_attribute("html", "lang") == "zh-CN"
    await page.close()
