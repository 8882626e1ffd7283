"""Find the settings of this process: the file named on the command line, by `YUMEN_CONFIG`, or `./yumen.toml`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from yumen.kit.settings import FILE_VARIABLE, Loaded, load
from yumen.law.regions import Cloud, is_mainland

FILE: Final = Path("yumen.toml")


def settings_file(named: Path | None = None) -> Path | None:
    """The file that counts, or None when there is none and defaults and environment are all."""
    if named is not None:
        return named
    if FILE_VARIABLE in os.environ:
        return Path(os.environ[FILE_VARIABLE])
    return FILE if FILE.exists() else None


def read_settings(named: Path | None = None) -> Loaded:
    """Raises SettingsRefused with every fault and its place."""
    return load(settings_file(named), os.environ, _in_the_mainland)


def _in_the_mainland(cloud: str, region: str) -> bool:
    """A cloud that the list does not know has no region in the mainland that we could vouch for."""
    return cloud in set(Cloud) and is_mainland(Cloud(cloud), region)
