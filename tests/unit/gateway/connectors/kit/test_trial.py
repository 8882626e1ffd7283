"""A failure that repeats what was sent is found out."""

import pytest

from yumen.gateway.connectors import Outcome, Settled
from yumen.gateway.connectors.kit.trial import Broken, Untried, hold_done, leaks
from yumen.kit.errors import Unsettled


def test_a_value_in_a_failure_is_found_wherever_it_hides(make_trial):
    records = make_trial().records(1)
    assert leaks(Unsettled("test.lost", "Secretname0"), records)
    assert leaks(Unsettled("test.lost", field="SECRETNAME0"), records)
    assert leaks(Settled("T-0", Outcome.REJECTED, "NAME_SECRETNAME0"), records)
    assert not leaks(Unsettled("test.lost", "INVALID_FIELD", system="salesforce"), records)


def test_answers_are_held_against_their_records(make_trial):
    records = make_trial().records(2)
    good = [Settled(record.external_id, Outcome.DONE) for record in records]
    hold_done(good, records)
    for bad in (good[:1], good[::-1], [good[0], Settled(records[1].external_id, Outcome.RETRY)]):
        with pytest.raises(Broken):
            hold_done(bad, records)


async def test_every_trial_has_persons_of_its_own(make_trial):
    trial = make_trial()
    assert trial.record(1).external_id != trial.again().record(1).external_id
    with pytest.raises(Untried):
        make_trial(spoils=False).spoilt(1)
