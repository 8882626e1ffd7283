"""The SDK's own tests (TypeScript, node's test runner), so that `make test` runs them; without Node.js this is said."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

SDK = Path(__file__).resolve().parents[3] / "miniprogram/sdk"
WAIT_MAX_S = 300

pytestmark = pytest.mark.skipif(
    not shutil.which("node") or not (SDK / "node_modules/.installed").is_file(),
    reason="Node.js 20 or the packages of miniprogram/sdk are missing (make test installs the packages)",
)


def run(*words: str) -> str:
    done = subprocess.run(words, cwd=SDK, capture_output=True, text=True, check=False, timeout=WAIT_MAX_S)
    assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout[-8000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def test_the_sdk_is_sound_in_its_types_and_builds():
    run("node_modules/.bin/tsc", "-p", ".")
    run("node", "build.mjs")
    built = {path.relative_to(SDK / "miniprogram_dist").as_posix() for path in (SDK / "miniprogram_dist").rglob("*.js")}
    assert {"core.js", "index.js", "components/notice-sheet/notice-sheet.js"} <= built
    assert (SDK / "dist/types/src/index.d.ts").is_file()


def test_the_sdks_own_tests_pass():
    if not (SDK / "miniprogram_dist/index.js").is_file():
        run("node", "build.mjs")
    said = run("npm", "test", "-s")
    passed, failed = (int(re.search(rf"^ℹ {word} (\d+)", said, re.MULTILINE)[1]) for word in ("pass", "fail"))
    assert passed > 80
    assert failed == 0


def test_the_sdk_brings_nothing_along_and_says_no_address():
    paper = json.loads((SDK / "package.json").read_text())
    assert "dependencies" not in paper
    assert paper["miniprogram"] == "miniprogram_dist"
    lock = (SDK / "package-lock.json").read_text()
    assert '"integrity"' in lock
    assert '"resolved"' not in lock
