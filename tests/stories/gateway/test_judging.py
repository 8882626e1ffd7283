"""Whoever changed is judged, and whoever may leave is booked: once, with the reason for everybody else."""

from __future__ import annotations

from tests.stories.gateway.conftest import Gateway
from yumen.border import State


async def test_a_member_who_agreed_arrives_abroad_with_the_declared_fields_only(gateway: Gateway) -> None:
    person = await gateway.member()
    (batch,) = await gateway.judge()
    assert (batch.taken, batch.passed, batch.denied) == (1, 1, 0)
    tally = await gateway.send()
    assert (tally.arrived, tally.finished) == (1, True)
    number = await gateway.number_of(person)
    record = gateway.hq.held[number]
    assert set(record.values) == {"Member_No", "Phone_Hash"}
    assert record.values["Member_No"] == number
    assert "1390000" not in str(record.values["Phone_Hash"])
    assert await gateway.states(person) == [State.ARRIVED]
    assert await gateway.rows("select * from border.outbound") == []
