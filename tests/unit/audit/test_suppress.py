"""A suppression needs a reason and an end."""

from datetime import date

import pytest

from tests.unit.audit.conftest import TODAY
from yumen.audit.declaration import Suppression
from yumen.audit.finding import At, InFile
from yumen.audit.places import Places
from yumen.audit.suppress import judge


@pytest.fixture
def judged(folder):
    def verdict(line, declared=(), place=None):
        places = Places((folder({"a.js": f"first\n{line}\nthird\n"}),))
        return judge("SRC001", place or InFile("a.js", 7, 8), 3, places, declared, TODAY)

    return verdict


@pytest.mark.parametrize("comment", ["// {}", "/* {} */", "{{/* {} */}}", "<!-- {} -->", "# {}"])
def test_a_comment_above_with_reason_and_end_holds(judged, comment):
    verdict = judged(comment.format("yumen-ignore SRC001 until 2027-01-31: the vendor ships it in January"))
    assert verdict.reason == "the vendor ships it in January (2027-01-31)"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("// yumen-ignore SRC001 until 2027-01-31", "no_reason"),
        ("// yumen-ignore SRC001: because", "no_end"),
        ("// yumen-ignore SRC001 until 2026-11-25: because", "expired"),
        ("// yumen-ignore SRC001 until 2026-13-45: because", "no_end"),
    ],
)
def test_one_that_does_not_count_says_why(judged, said, code):
    verdict = judged(said)
    assert (verdict.reason, verdict.lapsed.code) == ("", code)


def test_another_rule_is_not_suppressed(judged):
    verdict = judged("// yumen-ignore SRC002 until 2027-01-31: because")
    assert (verdict.reason, verdict.lapsed) == ("", None)


@pytest.mark.parametrize(
    ("place", "declared", "holds"),
    [
        (At("flow", "crm"), "crm", True),
        (At("flow", "crm2"), "crm", False),
        (InFile("lib/a.js"), "lib/", True),
        (InFile("libs/a.js"), "lib/", False),
        (At("flow", "x"), None, True),
    ],
)
def test_a_declared_one_covers_its_place(judged, place, declared, holds):
    suppression = Suppression("SRC001", "because", date(2027, 1, 31), declared)
    assert bool(judged("x", (suppression,), place).reason) is holds


def test_a_declared_one_of_no_rule_is_told(audit):
    said = '[[suppress]]\nrule = "SRC12"\nreason = "soon"\nuntil = 2027-01-31\n'
    (lapsed,) = audit({"yumen-audit.toml": said}).lapsed
    assert (lapsed.rule, lapsed.code) == ("SRC12", "no_rule")
