"""Faults of settings as people read them."""

from __future__ import annotations

from yumen.kit.settings import Fault, SettingsRefused


def test_a_fault_is_told_with_its_place_and_key_in_both_languages() -> None:
    fault = Fault("wrong", "server.workers", "yumen.toml:2", {"expected": "int 1..256"})
    assert fault.sentence("en") == "yumen.toml:2: server.workers: wrong value; expected int 1..256"
    assert fault.sentence("zh") == "yumen.toml:2: server.workers: 取值错误；应为 int 1..256"


def test_a_refusal_tells_all_its_faults() -> None:
    refused = SettingsRefused([Fault("unknown", "a", "yumen.toml:1"), Fault("unknown", "b", "YUMEN_B")])
    assert str(refused) == "yumen.toml:1: a: there is no such setting; YUMEN_B: b: there is no such setting"
    assert (refused.code.name, refused.facts["faults"]) == ("settings.refused", 2)
