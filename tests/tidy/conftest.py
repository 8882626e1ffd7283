"""The source of the house, read once: every module with its text and its tree."""

import ast
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts.docs.registered import load_everything

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ROOT / "src" / "yumen"


@dataclass(frozen=True)
class Source:
    """One module of the product. `name` is dotted (`yumen.kit.db`), `place` is relative to the repository."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def place(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def inside(self) -> Path:
        """The path below `src/yumen`."""
        return self.path.relative_to(PRODUCT)

    def imports(self) -> set[str]:
        """Every dotted name this module imports; `from a import b` counts as `a` and as `a.b`."""
        names: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module)
                names.update(f"{node.module}.{alias.name}" for alias in node.names)
        return names


def read(path: Path, base: Path) -> Source:
    parts = path.relative_to(base).with_suffix("").parts
    text = path.read_text(encoding="utf-8")
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Source(name, path, text, ast.parse(text))


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def sources() -> list[Source]:
    """Every module of the product."""
    return [read(path, PRODUCT.parent) for path in sorted(PRODUCT.rglob("*.py"))]


@pytest.fixture(scope="session")
def tests() -> list[Source]:
    """Every test file."""
    return [read(path, ROOT) for path in sorted((ROOT / "tests").rglob("*.py"))]


@pytest.fixture(scope="session")
def verifier() -> list[Source]:
    """Every module of the stand-alone verifier."""
    return [read(path, ROOT) for path in sorted((ROOT / "verifier").rglob("*.py"))]


@pytest.fixture(scope="session")
def loaded() -> None:
    """Every module, imported: whatever registers itself has done so."""
    load_everything()


@pytest.fixture(scope="session")
def tracked() -> list[Path]:
    """Every file of the repository that git knows, or would: what is ignored is no part of it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout: the list of files is git's to give")
    return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]
