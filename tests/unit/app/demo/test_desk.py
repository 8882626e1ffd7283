"""The demo's contracts are sound, and waiting ends."""

from datetime import date

import pytest

from yumen.app.demo import desk
from yumen.app.holdings import HOLDINGS
from yumen.border import read, resolve
from yumen.security.datamap import DataMap

DAY = date(2026, 11, 26)


@pytest.mark.parametrize("system", ["salesforce", "hubspot"])
def test_a_contract_names_its_system_and_what_the_data_map_has(system):
    contract = resolve(read(desk.source_of(system).encode()), DataMap(HOLDINGS, on=DAY), DAY)
    assert contract.draft.recipient.system == system
    assert not contract.sensitive
    assert contract.leaves_the_mainland


async def test_waiting_looks_until_it_holds():
    looked = []

    async def third_time() -> bool:
        looked.append(1)
        return len(looked) == 3

    await desk.until(third_time, "thrice")
    assert len(looked) == 3
