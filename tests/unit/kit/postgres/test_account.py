"""Which folders the account may enter."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from yumen.kit.postgres.account import Account, choose_account

STRANGER = Account(uid=54_321, gid=54_321, dropped=True)


def test_we_are_ourselves_unless_we_are_root() -> None:
    account = choose_account()
    assert account.dropped is (os.geteuid() == 0)
    assert account.uid != 0


@pytest.mark.parametrize(("mode", "enters"), [(0o755, True), (0o711, True), (0o750, False), (0o700, False)])
def test_a_dropped_account_enters_only_what_is_open_to_all(tmp_path: Path, mode: int, enters: bool) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    tmp_path.chmod(mode)
    above = all(parent.stat().st_mode & 0o001 for parent in tmp_path.parents)
    assert STRANGER.enters(inner) is (enters and above)
    tmp_path.chmod(0o755)


def test_what_is_given_has_its_mode(tmp_path: Path) -> None:
    account = choose_account()
    account.give(tmp_path, 0o700)
    assert tmp_path.stat().st_mode & 0o777 == 0o700
    assert account.owns(tmp_path)
