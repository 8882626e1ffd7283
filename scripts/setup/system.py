"""System packages that no Python package brings: a browser, Chinese fonts, a load generator.

Debian's and Ubuntu's are installed with apt after saying so (and asking, at a terminal); elsewhere the way is told.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scripts.setup.tell import Missing, agreed, run, say

MAC_BROWSERS = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
                "/Applications/Chromium.app/Contents/MacOS/Chromium")  # fmt: skip


@dataclass(frozen=True)
class Need:
    """One thing looked for, Debian's name for it, and what to do where apt is not."""

    what: str
    there: Callable[[], bool]
    apt: str
    elsewhere: str


def _a_browser() -> bool:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
    named = os.environ.get("CHROMIUM")
    return bool(
        (named and Path(named).exists()) or any(map(shutil.which, names)) or any(map(os.path.exists, MAC_BROWSERS))
    )


def _a_chinese_font() -> bool:
    if Path("/System/Library/Fonts").exists():
        return True
    if not shutil.which("fc-list"):
        return any(Path("/usr/share/fonts").rglob("NotoSansCJK*"))
    return bool(subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, check=False).stdout.strip())


BROWSER = (
    Need("Chromium, to look at pages as a person does", _a_browser, "chromium",
         "install Chrome or Chromium, or set CHROMIUM=/path/to/it"),
    Need("a Chinese font, so that pages can be read in both languages", _a_chinese_font, "fonts-noto-cjk",
         "install any font with Simplified Chinese"),
)  # fmt: skip
# Node.js has no apt name here: a distribution's own is often too old for the peer
LOAD = (
    Need("wrk, the load generator", lambda: bool(shutil.which("wrk")), "wrk",
         "brew install wrk; without it the slower bench/own_load.py is used"),
    Need("Node.js and npm, for the Fastify peer", lambda: all(map(shutil.which, ("node", "npm"))), "",
         "install Node.js 20 or later; without it that peer is left out, and the report says so"),
)  # fmt: skip
NODE = (
    Need("Node.js and npm, for the mini-program", lambda: all(map(shutil.which, ("node", "npm"))), "",
         "install Node.js 20 or later; without it the mini-program's own tests are left out"),
)  # fmt: skip


def install(needs: tuple[Need, ...]) -> None:
    """Get what is missing. What cannot be had is told, and whoever needs it says again what was left out."""
    missing = [need for need in needs if not need.there()]
    if not missing:
        return
    if shutil.which("apt-get"):
        _apt(missing)
    for need in (need for need in missing if not need.there()):
        say(f"not there: {need.what}. {need.elsewhere[0].upper()}{need.elsewhere[1:]}.")


def _apt(missing: list[Need]) -> None:
    names = [name for need in missing for name in need.apt.split() if not _is_snap(name)]
    if not names:
        return
    say("system packages missing: " + "; ".join(need.what for need in missing))
    if not agreed(f"install with apt-get: {' '.join(names)}?"):
        return
    say(f"installing with apt-get: {' '.join(names)}")
    prefix = [] if os.geteuid() == 0 else ["sudo"] if shutil.which("sudo") else None
    if prefix is None:
        say("you are not root and there is no sudo; ask someone who is")
        return
    env = ["env", "DEBIAN_FRONTEND=noninteractive"]
    try:
        run([*prefix, "apt-get", "update", "-q"])
        run([*prefix, *env, "apt-get", "install", "-q", "-y", "--no-install-recommends", *names])
    except Missing as failed:
        say(str(failed))


def _is_snap(name: str) -> bool:
    """Ubuntu's chromium package is a stub for a snap, which needs a service that containers and WSL2 may lack."""
    said = subprocess.run(["apt-cache", "policy", name], capture_output=True, text=True, check=False).stdout
    return "snap" in said
