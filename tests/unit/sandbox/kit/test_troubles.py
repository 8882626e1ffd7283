from random import Random

import pytest

from yumen.sandbox.kit.exchange import Fate
from yumen.sandbox.kit.troubles import Trouble, record_refuser, strike

DICE = Random(7)


def befall(*troubles: Trouble, method: str = "POST", path: str = "/a/b"):
    return strike(list(troubles), method, path, DICE)


@pytest.mark.parametrize(
    ("kind", "fate"), [("lost", Fate.CUT), ("silent", Fate.SILENT), ("torn", Fate.TORN), ("slow", Fate.GIVEN)]
)
def test_what_comes_after_the_act_leaves_the_act_alone(kind, fate):
    course = befall(Trouble(kind=kind, delay_ms=250))
    assert course.answer is None
    assert course.fate is fate
    assert course.wait_s == (0.25 if kind == "slow" else 0.0)


def test_what_comes_before_the_act_is_an_answer_of_its_own():
    assert befall(Trouble(kind="cut")).answer.fate is Fate.CUT
    assert befall(Trouble(kind="html", status=502)).answer.status == 502
    assert befall(Trouble(kind="redirect", location="/x")).answer.headers == (("Location", "/x"),)
    assert len(befall(Trouble(kind="huge", size_mb=1)).answer.body) > 1024 * 1024


def test_marks_are_set_for_the_gate():
    course = befall(*(Trouble(kind=kind) for kind in ("half", "wrong_count", "partial", "expire", "error")))
    assert course.spoils == ["half", "wrong_count"]
    assert course.partial
    assert course.expire
    assert course.error.status == 503


def test_method_path_and_number_of_times_are_kept():
    troubles = [Trouble(kind="cut", path="/a", method="POST", left=2)]
    assert strike(troubles, "GET", "/a/b", DICE).answer is None
    assert strike(troubles, "POST", "/b", DICE).answer is None
    assert strike(troubles, "POST", "/a/b", DICE).answer is not None
    assert strike(troubles, "POST", "/a", DICE).answer is not None
    assert troubles == []


def test_a_share_of_calls_is_met():
    troubles = [Trouble(kind="cut", share=0.3)]
    met = sum(strike(troubles, "GET", "/", Random(n)).answer is not None for n in range(1000))
    assert 200 < met < 400


def test_records_are_refused_each_for_itself():
    troubles = [Trouble(kind="record", code="LOCKED", left=2)]
    refuse = record_refuser(troubles, "POST", "/", DICE)
    assert [refuse() for _ in range(4)] == ["LOCKED", "LOCKED", "", ""]
    assert record_refuser([], "POST", "/", DICE)() == ""
