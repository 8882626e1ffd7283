"""Who may not be asked is not asked, and everybody else is."""

import pytest

from yumen.customer.consent.eligibility import Eligibility
from yumen.kit.errors import Problem
from yumen.security.datamap import Purpose


async def test_the_one_who_is_barred_is_refused_with_the_place():
    async def barred(uow, subject):
        return frozenset({Purpose.MARKETING}) if subject == 7 else frozenset()

    door = Eligibility(barred)
    await door.require(None, 8, Purpose.MARKETING, "/choices/0/purpose")
    await door.require(None, 7, Purpose.PROFILE, "/choices/0/purpose")
    with pytest.raises(Problem) as caught:
        await door.require(None, 7, Purpose.MARKETING, "/choices/1/purpose")
    assert (caught.value.code.name, caught.value.at) == ("consent.barred", "/choices/1/purpose")
