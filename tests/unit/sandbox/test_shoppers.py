import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.sandbox.shoppers import shopper, shoppers


def test_the_same_seed_gives_the_same_people():
    assert list(shoppers(1, 50)) == list(shoppers(1, 50))
    assert list(shoppers(1, 50)) != list(shoppers(2, 50))
    assert list(shoppers(1, 10, first=40)) == list(shoppers(1, 50))[40:]


@given(seed=st.integers(0, 10**6), number=st.integers(0, 10**7))
def test_everybody_is_plausible_and_nobody_is_real(seed, number):
    one = shopper(seed, number)
    assert re.fullmatch(r"[\u4e00-\u9fff]{2,4}", one.name)
    assert 1955 <= one.birthday.year <= 2007
    assert one.region_code[:2] + "0000" in {"310000", "110000", "440000", "330000", "320000", "510000", "420000",
                                            "610000", "210000", "530000"}  # fmt: skip
    fictitious = {"86": r"169\d{8}", "44": r"7700900\d{3}", "1": r"(212|415|604)55501\d\d"}
    assert re.fullmatch(fictitious[one.country_code], one.pure_phone)
    assert one.phone in (one.pure_phone, f"+{one.country_code}{one.pure_phone}")


def test_mainland_numbers_do_not_repeat():
    numbers = [one.pure_phone for one in shoppers(1, 20_000) if one.country_code == "86"]
    assert len(numbers) == len(set(numbers)) > 18_000


@pytest.mark.parametrize("code", ["44", "1"])
def test_some_people_have_foreign_numbers(code):
    assert any(one.country_code == code for one in shoppers(1, 500))
