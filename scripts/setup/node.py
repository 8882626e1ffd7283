"""The npm packages of the Node.js peer, from its lock; npm obeys the user's own `.npmrc`, mirrors included."""

import hashlib
import shutil

from scripts.setup.tell import ROOT, Missing, run, say

PEER = ROOT / "bench/peers/fastify"


def install() -> None:
    """Install the peer's packages unless they are in; without npm say so and go on."""
    if not shutil.which("npm"):
        return  # already told by the search for system packages
    stamp = PEER / "node_modules/.installed"
    fingerprint = hashlib.sha256((PEER / "package-lock.json").read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == fingerprint:
        return
    say("installing the npm packages of bench/peers/fastify")
    try:
        run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"],
            cwd=PEER,
        )
    except Missing as failed:
        say(f"{failed}; the Fastify peer is left out")
        return
    stamp.write_text(fingerprint)
