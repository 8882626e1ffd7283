"""A call carries each person once, and answers stay with their records."""

import pytest

from yumen.gateway.connectors import Outcome, Settled
from yumen.gateway.connectors.batch import chunks, firsts, in_order
from yumen.kit.errors import Rejected


def test_the_second_record_of_a_person_waits(make_record):
    records = [make_record(1, 1), make_record(2), make_record(1, 2)]
    first = firsts(records, 200)
    assert [record.version for record in first] == [1, 1]
    answers = in_order(records, [Settled(record.external_id, Outcome.DONE) for record in first])
    assert [(a.external_id, a.outcome, a.code) for a in answers] == [
        ("M00001", "done", ""),
        ("M00002", "done", ""),
        ("M00001", "retry", "SAME_CALL"),
    ]


def test_more_than_the_recipient_takes_is_refused_before_it_is_sent(make_record):
    with pytest.raises(Rejected):
        firsts([make_record(1), make_record(2)], 1)


def test_pieces_keep_the_order():
    assert [list(piece) for piece in chunks([1, 2, 3], 2)] == [[1, 2], [3]]
