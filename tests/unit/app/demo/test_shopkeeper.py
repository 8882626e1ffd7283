"""The shopkeeper acts as two people, each with a key of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from yumen.app.demo import shopkeeper
from yumen.app.demo.premises import Premises
from yumen.kit.settings import Settings


async def test_people_hired_at_an_earlier_start_are_found_again(tmp_path: Path) -> None:
    keys = [f"yk_{'a' * 43}", f"yk_{'b' * 43}"]
    (tmp_path / "secrets").mkdir()
    for number, key in enumerate(keys, 1):
        (tmp_path / "secrets" / f"staff-key-{number}").write_text(key)
    running: Any = type("Running", (), {"settings": Settings()})()
    session: Any = None
    keeper = await shopkeeper.hire(Premises(tmp_path, Settings()), running, session)
    assert [keeper.first, keeper.second] == keys
