"""What is kept is told off the data map: every shopper's holding, in both languages, how long, by which clause."""

import re
from datetime import date

import pytest

from yumen.app.holdings import HOLDINGS
from yumen.compliance.rights.information import told
from yumen.security.datamap import People, RetentionClass

DAY = date(2026, 11, 26)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_holding_about_shoppers_is_told_and_none_about_staff(language):
    said = {one.code: one for one in told(HOLDINGS, language, DAY)}
    assert said.keys() == {one.name for one in HOLDINGS if one.people is People.SHOPPERS}
    for holding in HOLDINGS:
        if holding.people is People.SHOPPERS:
            one = said[holding.name]
            assert one.title != f"holding.{holding.name}"
            assert [field.code for field in one.fields] == [field.address for field in holding.fields]
            assert all(re.fullmatch(r"[^()_.0-9]+", field.basis) for field in one.fields), "a ground in words"
            assert one.leaves is (holding.retention is RetentionClass.MEMBERSHIP)
            years = {1096: "3"}
            assert years.get(holding.keep.days, str(holding.keep.days)) in one.keep
            assert holding.keep.law not in one.keep, "a shopper is told sentences, not codes"
            assert not re.search(r"[a-z]_[a-z]|\brights\.|`", one.keep)


def test_a_minors_field_is_told_as_sensitive():
    said = {one.code: one for one in told(HOLDINGS, "en", DAY)}
    assert said["profile.age"].fields[0].sensitive
    assert not said["profile.phone"].fields[0].sensitive


def test_how_long_is_said_in_the_units_of_the_law():
    said = {one.code: one.keep for one in told(HOLDINGS, "en", DAY)}
    assert said["orders.purchase"].startswith("Kept for 3 years after the contract ends. ")
    assert said["profile.avatar"].startswith("Kept for 15 days after the account is closed. ")
