"""npm packages from their locks: of the Node.js peer and of the mini-program; npm obeys the user's own `.npmrc`."""

import hashlib
import shutil
from pathlib import Path

from scripts.setup import system
from scripts.setup.tell import ROOT, Missing, run, say

PEER = ROOT / "bench/peers/fastify"
SDK = ROOT / "miniprogram/sdk"


def install() -> None:
    """The peer's packages."""
    install_into(PEER, "the Fastify peer is left out")


def install_for_mini_program() -> None:
    """The tools that build and test the mini-program's SDK."""
    system.install(system.NODE)
    install_into(SDK, "the tests of the mini-program are left out")


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
