"""npm packages from their locks: of the Node.js peer and of the mini-program; npm obeys the user's own `.npmrc`."""

import hashlib
import shutil
from pathlib import Path

from scripts.setup import system
from scripts.setup.tell import ROOT, Missing, run, say

PEER = ROOT / "bench/peers/fastify"
SDK = ROOT / "miniprogram/sdk"
RUNNER = ROOT / "miniprogram/runner"
OFFICIAL = ROOT / "miniprogram/official"
BUILT = SDK / "miniprogram_dist/index.js"
PLACED = ROOT / "miniprogram/storefront/miniprogram_npm/@yumen/miniprogram"
SOURCES = ("src/**/*.ts", "components/**/*", "build.mjs")


def install() -> None:
    """The peer's packages."""
    install_into(PEER, "the Fastify peer is left out")


def install_for_mini_program() -> None:
    """The tools that build and test the mini-program's SDK."""
    system.install(system.NODE)
    install_into(SDK, "the tests of the mini-program are left out")
    install_into(RUNNER, "the storefront cannot be shown, and its tests are left out")
    install_into(OFFICIAL, "WeChat's own compilers do not check the storefront")
    build_sdk()


def install_for_storefront() -> None:
    """What shows the storefront beside the demo; without Node.js the demo does without it."""
    system.install(system.NODE)
    install_into(SDK, "the storefront is not shown")
    install_into(RUNNER, "the storefront is not shown")
    build_sdk()


def build_sdk() -> None:
    """Build the SDK as a mini-program takes it and put it where "Build npm" would, unless what is there is newer."""
    if not (SDK / "node_modules/.installed").is_file():
        return
    newest = max(file.stat().st_mtime for pattern in SOURCES for file in SDK.glob(pattern))
    if not BUILT.is_file() or BUILT.stat().st_mtime <= newest:
        say("building the SDK of the mini-program")
        run(["node", "build.mjs"], cwd=SDK)
    if not PLACED.is_dir() or PLACED.stat().st_mtime < BUILT.stat().st_mtime:
        shutil.rmtree(PLACED, ignore_errors=True)
        shutil.copytree(BUILT.parent, PLACED)
        PLACED.touch()


def install_into(folder: Path, without: str) -> None:
    """Install a folder's locked packages unless they are in; where they cannot be had say so and go on."""
    if not shutil.which("npm"):
        return  # already told by the search for system packages
    stamp = folder / "node_modules/.installed"
    fingerprint = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == fingerprint:
        return
    say(f"installing the npm packages of {folder.relative_to(ROOT)}")
    try:
        run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"],
            cwd=folder,
        )
    except Missing as failed:
        say(f"{failed}; {without}")
        return
    stamp.write_text(fingerprint)
