"""The report of an audit in a browser: it asks nobody for anything, fits every screen, and speaks both languages."""

import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).resolve().parents[2] / "examples/audit/broken"


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    """The report on the broken sample, made as a user makes it."""
    file = tmp_path_factory.mktemp("report") / "report.html"
    words = ["audit", str(SAMPLE), "--format", "html", "--no-cache", "-o", str(file)]
    done = subprocess.run([sys.executable, "-m", "yumen", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr[-2000:]
    return file


async def opened(browser, report, **screen):
    """A page with the report, and the addresses it asked for."""
    page = await browser.new_page(**screen)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(report.as_uri())
    return page, asked


async def test_nothing_is_asked_for_outside_the_file(browser, report):
    page, asked = await opened(browser, report)
    await page.get_by_role("button", name="中文").click()
    await page.evaluate("scrollTo(0, document.body.scrollHeight)")
    assert asked == [report.as_uri()]
    await page.close()


@pytest.mark.parametrize("width", [320, 390, 1100, 1280])
async def test_every_screen_holds_it_in_both_languages(browser, report, width):
    page, _ = await opened(browser, report, viewport={"width": width, "height": 800})
    for language in ("English", "中文"):
        await page.get_by_role("button", name=language).click()
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.close()


async def test_the_reader_chooses_the_language_and_the_light(browser, report):
    page, _ = await opened(browser, report, color_scheme="dark")
    root = page.locator("html")
    assert await root.get_attribute("data-theme") == "dark"
    await page.locator("[data-theme-flip]").click()
    assert await root.get_attribute("data-theme") == "light"
    first = page.locator("h1 .zh")
    assert not await first.is_visible()
    await page.get_by_role("button", name="中文").click()
    assert await first.is_visible()
    await page.close()


async def test_a_filter_leaves_the_findings_of_one_effect(browser, report):
    page, _ = await opened(browser, report)
    await page.locator('[data-only="effect-blocked"]').click()
    shown = page.locator(".finding:not([hidden])")
    assert await shown.count() > 0
    assert await page.locator(".finding.effect-advice:not([hidden])").count() == 0
    await page.close()
