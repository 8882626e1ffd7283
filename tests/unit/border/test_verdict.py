"""A verdict explains itself in both languages, with its article."""

import pytest

from yumen.border.verdict import Allow, Counter, Deny, Hold, Room, explain, severity

ALLOW = Allow("export.small", "order16_5_4", Counter.GENERAL, Room(99_999, 0), "order16_8")
HOLD = Hold("export.general_full", "order16_8")
DENY = Deny("export.separate_consent_missing", "pipl_39")


def test_a_verdict_explains_itself() -> None:
    assert explain(DENY, "en") == "Denied: the person has not agreed separately to the transfer abroad (PIPL art. 39)"
    assert explain(DENY, "zh") == "不得出境：未取得个人对出境的单独同意（个人信息保护法第三十九条）"
    assert explain(HOLD, "en").startswith("Held: ")
    assert explain(ALLOW, "en").startswith("May leave: ")


@pytest.mark.parametrize(("verdict", "rank"), [(ALLOW, 0), (HOLD, 1), (DENY, 2)])
def test_verdicts_are_ordered_by_severity(verdict: Allow | Hold | Deny, rank: int) -> None:
    assert severity(verdict) == rank


def test_every_counter_is_a_bit_of_its_own() -> None:
    assert sum(Counter) == 2 ** len(Counter) - 1
