"""A filing covers its recipient and its scope and nothing more; bits stand for sets."""

from typing import Any

import pytest

from tests.unit.border.samples import filing, unchecked
from yumen.border.contract import Group
from yumen.border.standing import EXPORT_BIT, PURPOSE_BITS, consents, groups
from yumen.security.datamap import Purpose

PASSED_ON = [{"id": "mailer", "sender": "hq", "legal_name": "Mailer", "country": "US", "purpose": "mail"}]


@pytest.mark.parametrize(
    ("contract", "changed", "covered"),
    [
        ({}, {}, True),
        ({}, {"recipient": "other"}, False),
        ({}, {"purposes": ["sale"]}, False),
        ({}, {"fields": ["member.card.number"]}, False),
        ({}, {"retention_days": 729}, False),
        ({}, {"retention_days": 730}, True),
        ({"onward": PASSED_ON}, {}, False),
        ({"onward": PASSED_ON}, {"onward": ["mailer"]}, True),
    ],
)
def test_a_filing_covers_its_scope_and_nothing_more(
    contract: dict[str, Any], changed: dict[str, Any], covered: bool
) -> None:
    assert filing("standard_contract", **changed).covers(unchecked(**contract)) is covered


def test_every_purpose_and_group_has_a_bit_of_its_own() -> None:
    assert consents(*Purpose).bit_count() == len(Purpose) == len(PURPOSE_BITS)
    assert consents(Purpose.EXPORT, Purpose.EXPORT) == EXPORT_BIT
    assert groups(Group).bit_count() == len(Group)
