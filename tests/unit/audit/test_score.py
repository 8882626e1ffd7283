"""A score is the sum of its lines; what was not checked earns nothing."""

from yumen.audit import score
from yumen.audit.rules import load
from yumen.law import Tag

RULES = [rule for rule in load().values() if rule.id in {"HST001", "HST002", "HST003"}]


def test_points_are_earned_by_what_was_checked_and_found_nothing():
    (hosting,) = score.score(RULES, {"HST001", "HST002"}, {"HST001"})
    assert [(line.rule.id, line.outcome) for line in hosting.lines] == [
        ("HST001", "found"),
        ("HST002", "passed"),
        ("HST003", "unchecked"),
    ]
    assert hosting.points(Tag.PLATFORM) == (5, 13)
    assert hosting.points(Tag.LAW) == (0, 0)
