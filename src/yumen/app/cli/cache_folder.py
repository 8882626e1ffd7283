"""Where this user's caches go, by the convention of the platform."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path


def cache_folder(
    name: str, variables: Mapping[str, str] = os.environ, platform: str = sys.platform, home: Path | None = None
) -> Path | None:
    """The folder `name` among Yumen's caches, not made yet; None for a user without a home."""
    base = _base(variables, platform, home)
    return base / "yumen" / name if base is not None else None


def _base(variables: Mapping[str, str], platform: str, home: Path | None) -> Path | None:
    named = Path(variables.get("LOCALAPPDATA" if platform == "win32" else "XDG_CACHE_HOME", ""))
    if named.is_absolute():  # the convention of XDG: a relative one is to be ignored
        return named
    try:
        home = home or Path.home()
    except RuntimeError:
        return None
    return home / {"darwin": "Library/Caches", "win32": "AppData/Local"}.get(platform, ".cache")
