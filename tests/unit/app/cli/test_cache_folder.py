"""Where this user's caches go."""

from pathlib import Path

import pytest

from yumen.app.cli.cache_folder import cache_folder

HOME = Path("/own")


@pytest.mark.parametrize(
    ("platform", "variables", "folder"),
    [
        ("linux", {}, "/own/.cache/yumen/audit"),
        ("linux", {"XDG_CACHE_HOME": "/var/caches"}, "/var/caches/yumen/audit"),
        ("linux", {"XDG_CACHE_HOME": "caches"}, "/own/.cache/yumen/audit"),
        ("darwin", {}, "/own/Library/Caches/yumen/audit"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/yumen/audit"),
        ("win32", {}, "/own/AppData/Local/yumen/audit"),
    ],
)
def test_each_platform_has_its_convention(platform, variables, folder):
    assert cache_folder("audit", variables, platform, HOME) == Path(folder)
