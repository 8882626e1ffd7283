"""Countries and regions are known by their two letters, and nothing else is."""

import pytest

from yumen.law.countries import COUNTRIES


def test_there_are_as_many_as_the_standard_has() -> None:
    assert len(COUNTRIES) == 249


@pytest.mark.parametrize("abroad", ["HK", "MO", "TW", "FR", "GB"])
def test_regions_with_letters_of_their_own_are_there(abroad: str) -> None:
    assert abroad in COUNTRIES


@pytest.mark.parametrize("wrong", ["UK", "EU", "ZZ", "fr", ""])
def test_what_people_write_by_mistake_is_not(wrong: str) -> None:
    assert wrong not in COUNTRIES
