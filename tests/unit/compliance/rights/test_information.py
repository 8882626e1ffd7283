"""What is kept is told off the data map: every shopper's holding, in both languages, how long, by which clause."""

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
            assert one.leaves is (holding.retention is RetentionClass.MEMBERSHIP)
            assert str(holding.keep.days) in one.keep


def test_a_minors_field_is_told_as_sensitive():
    said = {one.code: one for one in told(HOLDINGS, "en", DAY)}
    assert said["profile.age"].fields[0].sensitive
    assert not said["profile.phone"].fields[0].sensitive
