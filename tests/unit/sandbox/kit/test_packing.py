import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.sandbox.kit.exchange import Answer
from yumen.sandbox.kit.packing import PACK_FROM_BYTES, Unreadable, packed, unpacked


@given(st.binary(max_size=300))
def test_what_was_packed_is_read_back(body):
    assert unpacked(body, {}, 1000) == body
    assert unpacked(gzip.compress(body), {"content-encoding": "gzip"}, 1000) == body
    assert unpacked(zlib.compress(body), {"content-encoding": "Deflate"}, 1000) == body


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "nonsense"])
def test_what_is_not_packed_so_is_refused(coding):
    with pytest.raises(Unreadable):
        unpacked(b"not packed", {"content-encoding": coding}, 1000)


def test_a_bomb_and_half_a_body_are_refused():
    bomb = gzip.compress(b"0" * 100_000)
    with pytest.raises(Unreadable):
        unpacked(bomb, {"content-encoding": "gzip"}, 1000)
    with pytest.raises(Unreadable):
        unpacked(bomb[:-20], {"content-encoding": "gzip"}, 200_000)


def test_long_answers_are_packed_for_those_who_take_it():
    long = b"0" * PACK_FROM_BYTES
    answer = packed(Answer(long), {"accept-encoding": "gzip, deflate"})
    assert gzip.decompress(answer.body) == long
    assert ("Content-Encoding", "gzip") in answer.headers
    assert packed(Answer(long), {}).body == long
    assert packed(Answer(b"short"), {"accept-encoding": "gzip"}).body == b"short"
