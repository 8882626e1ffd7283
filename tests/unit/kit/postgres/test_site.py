"""The private folder of the socket."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from yumen.kit.errors import Problem
from yumen.kit.postgres.site import SOCKET_PATH_MAX, site_of


def test_the_socket_has_a_short_path_whatever_the_folder_is_called(tmp_path: Path) -> None:
    deep = tmp_path / ("very " * 30) / "deep"
    deep.mkdir(parents=True)
    site = site_of(deep)
    assert len(os.fsencode(site.sockets / ".s.PGSQL.5432.lock")) <= SOCKET_PATH_MAX
    assert site.sockets.stat().st_mode & 0o777 == 0o700
    assert site_of(deep).sockets == site.sockets
    site.sockets.rmdir()
    if site.data.parent != deep:
        shutil.rmtree(site.data.parent)


def test_a_name_that_somebody_else_took_is_refused() -> None:
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o711)
    taken = site_of(folder).sockets
    taken.rmdir()
    taken.symlink_to(folder)
    with pytest.raises(Problem, match=r"postgres\.not_ours"):
        site_of(folder)
    taken.unlink()
    folder.rmdir()
