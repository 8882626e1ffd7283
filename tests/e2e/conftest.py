"""A browser for looking at pages as a person does."""

import os
import shutil
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
QUIET = [
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _program() -> str | None:
    named = os.environ.get("CHROMIUM")
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    return named or found or (MAC if Path(MAC).exists() else None)


@pytest.fixture(scope="session")
async def browser():
    """Headless Chromium, Chrome or Edge of this machine; CHROMIUM names another. Without one, tests are skipped."""
    from playwright.async_api import async_playwright

    program = _program()
    if program is None:
        pytest.skip("no Chromium here: set CHROMIUM=/path/to/it, or let `make test` install it")
    rights = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=program, args=[*rights, *QUIET])
        yield browser
        await browser.close()
