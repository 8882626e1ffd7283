"""A new cluster, made whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from yumen.kit.errors import Problem
from yumen.kit.postgres.account import choose_account
from yumen.kit.postgres.cluster import create_cluster, environment


def programs(folder: Path, script: str) -> Path:
    """A stand-in for initdb."""
    (folder / "initdb").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "initdb").chmod(0o755)
    for parent in (folder, *folder.parents):
        if (found := parent.stat()).st_uid == os.geteuid() and not found.st_mode & 0o001:
            parent.chmod(found.st_mode | 0o711)
    return folder


def test_an_initdb_that_fails_leaves_nothing_and_its_words(tmp_path: Path) -> None:
    fake = programs(tmp_path, "echo 'no space left' >&2; exit 1")
    with pytest.raises(Problem, match=r"postgres\.not_created") as refused:
        create_cluster(fake, tmp_path / "data", choose_account(), "made-up")
    assert refused.value.facts["said"] == "no space left"
    assert [path.name for path in tmp_path.iterdir()] == ["initdb"]


def test_the_password_is_handed_over_in_a_file_that_is_gone_afterwards(tmp_path: Path) -> None:
    fake = programs(tmp_path, 'cat "$6" > "$2/seen"')
    create_cluster(fake, tmp_path / "data", choose_account(), "made-up")
    assert (tmp_path / "data/seen").read_text() == "made-up"
    assert not (tmp_path / "initdb-password").exists()


def test_nothing_of_our_environment_reaches_the_server() -> None:
    assert set(environment()) == {"PATH", "LC_ALL", "TZ"}
