"""Carriers by WeChat's ids; tracking numbers that can be ones."""

import pytest

from yumen.customer.orders.carriers import CARRIERS, TRACKING_UNFIT, UNKNOWN, carrier_of, tracking_of
from yumen.kit.errors import Problem


def test_known_carriers_are_found_and_only_sf_wants_a_contact():
    assert carrier_of("SF").needs_contact
    assert [one.id for one in CARRIERS.values() if one.needs_contact] == ["SF"]


@pytest.mark.parametrize("code", ["", "sf", "NOPE"])
def test_an_unknown_carrier_is_refused(code):
    with pytest.raises(Problem) as refused:
        carrier_of(code)
    assert refused.value.code is UNKNOWN


def test_a_tracking_number_loses_its_spaces():
    assert tracking_of(" SF 1234 5678 ") == "SF12345678"


@pytest.mark.parametrize("text", ["", "1234", "x" * 41, "陈小玉的包裹", "12345;drop"])
def test_what_is_no_tracking_number_is_refused(text):
    with pytest.raises(Problem) as refused:
        tracking_of(text)
    assert refused.value.code is TRACKING_UNFIT
