"""The virtual environment, filled from a hashed lock by uv, and the lock itself.

Locks (`requirements/*.txt`) name no index, so that people can build from their own mirror. A stamp remembers what was
installed from what: while nothing changed, nothing is run and no network is needed.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.setup import mirrors
from scripts.setup.tell import ROOT, Missing, run, say

TOOLS = ROOT / ".tools"
LOCKS = ROOT / "requirements"
# what runs the product, what works on it, and what it is measured against; the peers never share our environment
ENVIRONMENTS = {"server": ROOT / ".venv", "dev": ROOT / ".venv", "peers": TOOLS / "peers"}
INCLUDED_IN = {"server": ("dev",)}
# the product, and the verifier and the receiver that share nothing with it but this environment
OWN = ("-e", ".", "-e", "verifier", "-e", "receiver")
UV_OLDEST = (0, 5)
COMPILE = [
    "--universal",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--python-version",
    "3.11",
]


def install(profile: str) -> None:
    """Install the lock of that name, hash by hash, unless the stamp says it is in already."""
    folder = ENVIRONMENTS[profile]
    if any(
        _stamp(folder, name).is_file() and _stamp(folder, name).read_text() == _fingerprint(name)
        for name in (profile, *INCLUDED_IN.get(profile, ()))
    ):
        return
    lock_file = LOCKS / f"{profile}.txt"
    say(f"installing the Python packages of requirements/{lock_file.name} into {folder.relative_to(ROOT)}")
    uv, env = find_uv(), uv_variables()
    if not _works(folder):
        run([uv, "venv", "-q", "--clear", "--python", sys.executable, folder], env)
    env["VIRTUAL_ENV"] = str(folder)
    quiet = [] if sys.stderr.isatty() else ["-q"]
    run([uv, "pip", "install", *quiet, "--compile-bytecode", "--require-hashes", "-r", lock_file], env)
    if profile != "peers":  # the build tools are in the lock, so nothing is fetched beside it
        run([uv, "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--no-index", *OWN], env)
    _stamp(folder, profile).write_text(_fingerprint(profile))


def compiled() -> None:
    """Bytecode of our own sources, also where PYTHONDONTWRITEBYTECODE is set: each start would compile them again."""
    sources = [ROOT / folder / "src" for folder in (".", "verifier", "receiver")]
    run([ENVIRONMENTS["server"] / "bin" / "python", "-m", "compileall", "-q", *sources])


def lock() -> None:
    """Resolve the locks anew from pyproject.toml and the FastAPI peer; existing pins are kept where they still fit."""
    uv, env = find_uv(), uv_variables()
    for name in ("UV_FIND_LINKS", "UV_INDEX"):  # what lies on one machine's disk is no source for a lock
        env.pop(name, None)
    env["UV_CUSTOM_COMPILE_COMMAND"] = "make lock"
    extras = ["--extra", "server", "--extra", "sandbox", "--group", "build"]
    run(
        [uv, "pip", "compile", "-q", *COMPILE, "pyproject.toml", *extras, "--group", "dev", "-o", LOCKS / "dev.txt"],
        env,
    )
    run(
        [
            uv,
            "pip",
            "compile",
            "-q",
            *COMPILE,
            "pyproject.toml",
            *extras,
            "-c",
            LOCKS / "dev.txt",
            "-o",
            LOCKS / "server.txt",
        ],
        env,
    )
    run([uv, "pip", "compile", "-q", *COMPILE, "bench/peers/fastapi/requirements.in", "-o", LOCKS / "peers.txt"], env)
    run([uv, "pip", "compile", "-q", *COMPILE, LOCKS / "uv.in", "-o", LOCKS / "uv.txt"], env)


def find_uv() -> Path:
    """uv from an earlier run, from PATH, or from the package index by way of pip."""
    own = TOOLS / "uv/bin/uv"
    if _uv_is_usable(own):
        return own
    found = shutil.which("uv")
    if found and _uv_is_usable(Path(found)):
        return Path(found)
    say("installing uv (a Python package) into .tools/uv")
    shutil.rmtree(TOOLS / "uv", ignore_errors=True)
    try:
        venv.create(TOOLS / "uv", with_pip=True)
        run([TOOLS / "uv/bin/python", "-m", "pip", "install", "-q", "--require-hashes", "-r", LOCKS / "uv.txt"])
    except (subprocess.CalledProcessError, OSError) as broken:  # Debian without python3-venv has no ensurepip
        shutil.rmtree(TOOLS / "uv", ignore_errors=True)
        raise Missing(_NO_PIP) from broken
    return own


_NO_PIP = """this Python cannot make an environment with pip in it. One of these helps:
  Debian, Ubuntu, WSL2:  sudo apt-get install python3-venv
  macOS:                 brew install uv
  anywhere:              install uv by any means and put it on PATH"""


def uv_variables() -> dict[str, str]:
    """What uv is told beyond its own settings: pip's mirror, and never to download a Python of its own."""
    home = Path.home()
    told = mirrors.variables(os.environ, mirrors.pip_files(os.environ, home), mirrors.uv_files(os.environ, home))
    told["UV_PYTHON_DOWNLOADS"] = "never"
    if not os.access(home, os.W_OK):
        told.setdefault("UV_CACHE_DIR", str(TOOLS / "uv-cache"))
    return told


@contextmanager
def alone() -> Iterator[None]:
    """Hold the checkout's setup to oneself: two `make` started together install once."""
    try:
        TOOLS.mkdir(exist_ok=True)
        guard = (TOOLS / "setup.lock").open("a")
    except OSError as denied:
        raise Missing(f"{ROOT} is not writable by you: {denied}. Own it, or clone it again as yourself.") from denied
    with guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        yield


def _stamp(folder: Path, profile: str) -> Path:
    return folder / f".installed-{profile}"


def _fingerprint(profile: str) -> str:
    """What the installation follows from: the lock, the project's own metadata, this folder and this Python."""
    digest = hashlib.sha256()
    projects = [ROOT / folder / "pyproject.toml" for folder in (".", "verifier", "receiver")]
    papers = (LOCKS / f"{profile}.txt", *projects)
    for part in (*(paper.read_bytes() for paper in papers), str(ROOT).encode()):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def _works(folder: Path) -> bool:
    probe = "import sys; sys.exit(sys.version_info < (3, 11))"
    python = folder / "bin/python"
    return python.exists() and not subprocess.run([python, "-c", probe], check=False).returncode


def _uv_is_usable(uv: Path) -> bool:
    if not uv.exists():
        return False
    said = subprocess.run([uv, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"(\d+)\.(\d+)", said)
    return version is not None and tuple(map(int, version.groups())) >= UV_OLDEST
