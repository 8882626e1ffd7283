"""Where the server of a folder lives: its data, its socket, its log, and whose they are."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from yumen.kit.errors import Code
from yumen.kit.postgres.account import Account, choose_account

NOT_OURS: Final = Code("postgres.not_ours", 500)

PORT: Final = 5432
"""Only names the socket; nothing listens on a network."""
SOCKET_PATH_MAX: Final = 103  # bytes, the smaller of Linux (107) and macOS
_SHELTER: Final = Path("/var/lib/yumen")


@dataclass(frozen=True, slots=True)
class Site:
    """`data` is in the folder, or elsewhere when the account may not enter the folder."""

    folder: Path
    data: Path
    sockets: Path
    log: Path
    account: Account


def site_of(folder: Path) -> Site:
    """Raises `postgres.not_ours` when somebody else holds the name of the socket's folder."""
    account = choose_account()
    data = (folder if account.enters(folder) else place_for(folder)) / "data"
    return Site(folder, data, _socket_folder(data, account), folder / "postgres.log", account)


def place_for(folder: Path) -> Path:
    """A place every account may enter, for what belongs to a folder that `nobody` may not; the folder remembers it."""
    note = folder / "elsewhere"
    if note.exists():
        return Path(note.read_text())
    base = _SHELTER if os.access(_SHELTER.parent, os.W_OK) else Path(tempfile.gettempdir())
    base.mkdir(exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix="postgres-", dir=base))
    place.chmod(0o711)
    note.write_text(str(place))
    return place


def _socket_folder(data: Path, account: Account) -> Path:
    """A private folder with a short path, the same for each start. Raises `postgres.not_ours` if another took it."""
    name = f"yumen-{hashlib.sha256(str(data).encode()).hexdigest()[:12]}"
    place = next(
        base / name
        for base in (Path(tempfile.gettempdir()), Path("/tmp"))  # noqa: S108 - made 0700 and checked below
        if len(os.fsencode(base / name / f".s.PGSQL.{PORT}.lock")) <= SOCKET_PATH_MAX and account.enters(base)
    )
    try:
        place.mkdir(mode=0o700)
        account.give(place, 0o700)
    except FileExistsError:
        if place.is_symlink() or not account.owns(place):
            raise NOT_OURS(folder=str(place)) from None
    return place
