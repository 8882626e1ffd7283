"""Read the declaration: `yumen-audit.toml`, the table `[audit]` of `yumen.toml`, or the file that was named."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final

import msgspec

from yumen.audit.declaration import Declaration
from yumen.kit.errors import Code

NO_SUCH_PATH: Final = Code("audit.no_such_path", 404)
DECLARATION_UNREADABLE: Final = Code("audit.declaration_unreadable", 422)
FILE: Final = "yumen-audit.toml"
SETTINGS: Final = "yumen.toml"
BYTES_MAX: Final = 4 * 1024 * 1024


def base_of(path: Path) -> Path:
    """The folder all paths are relative to."""
    return path.parent if path.is_file() else path


def read_declaration(path: Path) -> tuple[Declaration, str | None]:
    """The declaration and the name of its file; an empty one and None where there is no file.

    Raises `audit.no_such_path` and `audit.declaration_unreadable`.
    """
    if not path.exists():
        raise NO_SUCH_PATH(path=path.name)
    if path.is_file():
        return _read(path, path.name == SETTINGS), path.name
    if (path / FILE).is_file():
        return _read(path / FILE, inside=False), FILE
    if (path / SETTINGS).is_file() and "audit" in _parse(path / SETTINGS):
        return _read(path / SETTINGS, inside=True), SETTINGS
    return Declaration(), None


def _read(file: Path, inside: bool) -> Declaration:
    table = _parse(file)
    try:
        return msgspec.convert(table.get("audit", {}) if inside else table, Declaration)
    except msgspec.ValidationError as refused:
        raise DECLARATION_UNREADABLE(file=file.name, why=str(refused)) from refused


def _parse(file: Path) -> dict[str, object]:
    try:
        if file.stat().st_size > BYTES_MAX:
            raise DECLARATION_UNREADABLE(file=file.name, why="> 4 MiB")
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as failed:  # ValueError: no TOML, no UTF-8, a number without end
        raise DECLARATION_UNREADABLE(file=file.name, why=str(failed)[:200]) from failed
