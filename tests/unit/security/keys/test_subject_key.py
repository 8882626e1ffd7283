"""A wrapped key opens as that person's, class's, epoch's and version's only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.kit.crypto import BadTag, Sm4Gcm
from yumen.kit.errors import Problem
from yumen.kit.ids import SubjectId
from yumen.security.datamap import RetentionClass
from yumen.security.keys.subject_key import AES_256_GCM, SM4_GCM, SUITES, SubjectKey, rewrap

UNDER, OTHER = Sm4Gcm(bytes(16)), Sm4Gcm(b"o" * 16)
MEMBERSHIP, EVIDENCE = RetentionClass.MEMBERSHIP, RetentionClass.EVIDENCE
ME = SubjectId(7)


def sealed_by(key: SubjectKey) -> bytes:
    return key.cipher(SM4_GCM).seal(b"text", b"")


@given(
    st.integers(-(2**63), 2**63 - 1).map(SubjectId),
    st.sampled_from(RetentionClass),
    st.integers(1, 65535),
    st.integers(1, 2**31 - 1),
)
def test_a_wrapped_key_is_the_same_key_when_opened(subject, retention, version, epoch):
    key = SubjectKey.generate(subject, retention, version)
    wrapped = key.wrap(epoch, UNDER)
    assert len(wrapped) == 60
    again = SubjectKey.unwrap(subject, retention, version, epoch, wrapped, UNDER)
    assert again.cipher(SM4_GCM).open(sealed_by(key), b"") == b"text"


@pytest.mark.parametrize(
    ("subject", "retention", "version", "epoch", "under"),
    [
        (SubjectId(8), MEMBERSHIP, 1, 3, UNDER),
        (ME, EVIDENCE, 1, 3, UNDER),
        (ME, MEMBERSHIP, 2, 3, UNDER),
        (ME, MEMBERSHIP, 1, 4, UNDER),
        (ME, MEMBERSHIP, 1, 3, OTHER),
    ],
)
def test_a_wrapped_key_opens_nowhere_else(subject, retention, version, epoch, under):
    wrapped = SubjectKey.generate(ME, MEMBERSHIP).wrap(3, UNDER)
    with pytest.raises(Problem, match=r"keys\.tampered"):
        SubjectKey.unwrap(subject, retention, version, epoch, wrapped, under)


def test_every_changed_byte_of_a_wrapped_key_is_refused():
    wrapped = SubjectKey.generate(ME, MEMBERSHIP).wrap(3, UNDER)
    for place in range(len(wrapped)):
        changed = bytearray(wrapped)
        changed[place] ^= 1
        with pytest.raises(Problem, match=r"keys\.tampered"):
            SubjectKey.unwrap(ME, MEMBERSHIP, 1, 3, bytes(changed), UNDER)


def test_rewrapping_keeps_the_key_and_leaves_the_old_epoch():
    key = SubjectKey.generate(ME, MEMBERSHIP)
    moved = rewrap(ME, MEMBERSHIP, 1, (3, UNDER), (4, OTHER), key.wrap(3, UNDER))
    again = SubjectKey.unwrap(ME, MEMBERSHIP, 1, 4, moved, OTHER)
    assert again.cipher(AES_256_GCM).open(key.cipher(AES_256_GCM).seal(b"text", b""), b"") == b"text"
    with pytest.raises(Problem, match=r"keys\.tampered"):
        SubjectKey.unwrap(ME, MEMBERSHIP, 1, 3, moved, UNDER)


def test_suites_have_keys_of_their_own():
    key = SubjectKey.generate(ME, MEMBERSHIP)
    assert {suite.mark for suite in SUITES.values()} == {1, 2}
    with pytest.raises(BadTag):
        key.cipher(AES_256_GCM).open(sealed_by(key), b"")


def test_a_printed_key_names_its_person_only():
    assert repr(SubjectKey(ME, MEMBERSHIP, 2, b"s" * 32)) == "SubjectKey(7, membership, version=2)"
