"""A sealed value opens in its place only; every change and every swap has a name."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.kit.errors import Problem
from yumen.kit.ids import SubjectId
from yumen.security.datamap import Basis, Field, Kind, Purpose, RetentionClass, Sensitivity
from yumen.security.keys import AES_256_GCM, SM4_GCM, SubjectKey
from yumen.security.vault.seal import OVERHEAD_BYTES, PLAIN_BYTES_MAX, open_under, seal_under

PHONE = Field(
    "profile.contact", "phone", Kind.PHONE, Sensitivity.GENERAL, Purpose.MEMBERSHIP, Basis.CONSENT,
    RetentionClass.MEMBERSHIP, ("profile.contact.phone_sealed",), indexed=True,
)  # fmt: skip
NAME = dataclasses.replace(PHONE, name="name", kind=Kind.NAME)
ELSEWHERE = dataclasses.replace(PHONE, holding="orders.delivery")
ORDER_PHONE = dataclasses.replace(PHONE, retention=RetentionClass.TRANSACTION)
KEY = SubjectKey.generate(SubjectId(1), RetentionClass.MEMBERSHIP)

each_suite = pytest.mark.parametrize("suite", [SM4_GCM, AES_256_GCM], ids=lambda suite: suite.name)


def refused(code: str):
    return pytest.raises(Problem, match=rf"^{code.replace('.', '[.]')}\b")


@each_suite
@given(plain=st.binary(max_size=300))
def test_what_is_sealed_opens(suite, plain):
    sealed = seal_under(KEY, suite, PHONE, plain)
    assert (sealed[0], len(sealed)) == (suite.mark, len(plain) + OVERHEAD_BYTES)
    assert open_under(KEY, PHONE, sealed) == plain


@each_suite
@given(text=st.text(max_size=50))
def test_chinese_names_and_any_text_survive(suite, text):
    assert open_under(KEY, NAME, seal_under(KEY, suite, NAME, text.encode())).decode() == text


@each_suite
def test_every_changed_bit_is_refused_with_a_problem(suite):
    sealed = seal_under(KEY, suite, PHONE, b"+8613800138000")
    for place in range(8 * len(sealed)):
        changed = bytearray(sealed)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(Problem) as told:
            open_under(KEY, PHONE, bytes(changed))
        where = place // 8
        expected = {0: {"vault.unknown_suite", "vault.tampered"}, 1: {"vault.other_key"}, 2: {"vault.other_key"}}
        assert told.value.code.name in expected.get(where, {"vault.tampered"})


@each_suite
def test_every_shorter_text_is_refused(suite):
    sealed = seal_under(KEY, suite, PHONE, b"+86")
    for size in range(OVERHEAD_BYTES):
        with refused("vault.malformed"):
            open_under(KEY, PHONE, sealed[:size])
    for size in range(OVERHEAD_BYTES, len(sealed)):
        with refused("vault.tampered"):
            open_under(KEY, PHONE, sealed[:size])


@each_suite
@pytest.mark.parametrize("field", [NAME, ELSEWHERE], ids=["another field", "another holding"])
def test_a_value_moved_to_another_place_is_refused(suite, field):
    with refused("vault.tampered"):
        open_under(KEY, field, seal_under(KEY, suite, PHONE, b"+86"))


@each_suite
def test_a_value_moved_to_another_person_is_refused(suite):
    other = SubjectKey.generate(SubjectId(2), RetentionClass.MEMBERSHIP)
    with refused("vault.tampered"):
        open_under(other, PHONE, seal_under(KEY, suite, PHONE, b"+86"))


@each_suite
def test_the_subject_is_bound_even_if_two_people_had_one_key(suite):
    material = bytes(32)
    one, other = (SubjectKey(SubjectId(n), RetentionClass.MEMBERSHIP, 1, material) for n in (1, 2))
    sealed = seal_under(one, suite, PHONE, b"+86")
    assert open_under(one, PHONE, sealed) == b"+86"
    with refused("vault.tampered"):
        open_under(other, PHONE, sealed)


def test_a_suite_cannot_be_swapped_for_another():
    sealed = seal_under(KEY, SM4_GCM, PHONE, b"+86")
    with refused("vault.tampered"):
        open_under(KEY, PHONE, bytes([AES_256_GCM.mark]) + sealed[1:])


def test_an_unknown_suite_is_named():
    sealed = seal_under(KEY, SM4_GCM, PHONE, b"+86")
    with pytest.raises(Problem) as told:
        open_under(KEY, PHONE, b"\x7f" + sealed[1:])
    assert (told.value.code.name, told.value.facts) == (
        "vault.unknown_suite", {"field": "profile.contact.phone", "suite": 0x7F},
    )  # fmt: skip


def test_another_version_of_the_key_is_named():
    newer = SubjectKey.generate(SubjectId(1), RetentionClass.MEMBERSHIP, version=2)
    with refused("vault.other_key"):
        open_under(newer, PHONE, seal_under(KEY, SM4_GCM, PHONE, b"+86"))


def test_a_key_of_another_class_neither_seals_nor_opens():
    with refused("vault.wrong_class"):
        seal_under(KEY, SM4_GCM, ORDER_PHONE, b"+86")
    with refused("vault.wrong_class"):
        open_under(KEY, ORDER_PHONE, seal_under(KEY, SM4_GCM, PHONE, b"+86"))


def test_a_value_has_a_longest_length():
    with refused("vault.too_long"):
        seal_under(KEY, SM4_GCM, PHONE, bytes(PLAIN_BYTES_MAX + 1))


@given(st.binary(max_size=100))
def test_random_bytes_are_refused_with_a_problem(data):
    with pytest.raises(Problem):
        open_under(KEY, PHONE, data)
