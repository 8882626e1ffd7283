"""How the setup speaks: lines on standard error, a question only at a terminal, and one kind of failure."""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Missing(Exception):
    """Something is missing that this script could not get; the text says how to get it."""


def say(line: str) -> None:
    print(f"yumen setup: {line}", file=sys.stderr, flush=True)


def agreed(question: str) -> bool:
    """Ask at a terminal; without one, or under CI, take the announcement for enough."""
    if os.environ.get("CI") == "true" or not sys.stdin.isatty():
        return True
    print(f"yumen setup: {question} [Y/n] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("", "y", "yes")


def run(command: Sequence[str | Path], env: Mapping[str, str] | None = None, cwd: Path = ROOT) -> None:
    """Run a command with its output on standard error; raise `Missing` with the command when it fails."""
    words = [str(word) for word in command]
    environ = {**os.environ, **(env or {})}
    code = subprocess.run(words, env=environ, cwd=cwd, stdout=sys.stderr, check=False).returncode
    if code:
        raise Missing(f"this command failed with exit code {code}: {shlex.join(words)}")
