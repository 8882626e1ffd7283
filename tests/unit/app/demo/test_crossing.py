"""A crossing is good only if everybody who may be abroad is there, nobody else, and who took the yes back is gone."""

from dataclasses import replace

import pytest

from yumen.app.demo.crossing import Crossed

GOOD = Crossed(
    wanted=6, arrived={"salesforce": 5, "hubspot": 5}, held=1, refused={"export.consent_missing": 6}, recalled=True,
    booked=5, declared=99_994, most=99_999,
)  # fmt: skip


def test_all_but_the_one_who_is_held_have_arrived():
    assert GOOD.good


@pytest.mark.parametrize(
    "change",
    [
        {"arrived": {"salesforce": 5, "hubspot": 4}},
        {"arrived": {"salesforce": 6, "hubspot": 6}},
        {"held": 0},
        {"held": 2},
        {"recalled": False},
    ],
)
def test_one_too_many_or_too_few_is_not_good(change):
    assert not replace(GOOD, **change).good


def test_of_two_who_want_to_cross_none_is_held():
    assert replace(GOOD, wanted=2, held=0, arrived={"salesforce": 2, "hubspot": 2}).good
