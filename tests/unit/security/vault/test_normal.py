"""One value has one index however it is written; different values, fields and handlers have different ones."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.kit.crypto import HmacSm3
from yumen.kit.errors import Problem
from yumen.kit.ids import HandlerId
from yumen.security.datamap import Basis, Field, Kind, Purpose, RetentionClass, Sensitivity
from yumen.security.vault.normal import INDEX_BYTES, index_under, new_index_key, normalised

KEY = HmacSm3(bytes(32))
PHONE = Field(
    "profile.contact", "phone", Kind.PHONE, Sensitivity.GENERAL, Purpose.MEMBERSHIP, Basis.CONSENT,
    RetentionClass.MEMBERSHIP, (), indexed=True,
)  # fmt: skip
OPENID = dataclasses.replace(PHONE, holding="identity.alias", name="openid", kind=Kind.OPENID)
ME, OTHER = HandlerId(1), HandlerId(2)


@pytest.mark.parametrize(
    "written",
    [
        "13800138000", "+8613800138000", "8613800138000", "008613800138000", "138 0013 8000", "+86 138-0013-8000",
        "(+86) 138.0013.8000", "１３８００１３８０００",
    ],
)  # fmt: skip
def test_one_phone_number_has_one_form(written):
    assert normalised(Kind.PHONE, written) == "+8613800138000"


def test_a_number_abroad_keeps_its_country():
    assert normalised(Kind.PHONE, "0085291234567") == normalised(Kind.PHONE, "+852 9123 4567") == "+85291234567"


@pytest.mark.parametrize(
    "written", ["", "138001380", "12345678901", "+0861380013800", "phone", "+86138001380001234567", "١٣٨٠٠١٣٨٠٠٠x"]
)
def test_what_is_no_phone_number_is_refused(written):
    with pytest.raises(Problem, match=r"vault\.bad_phone"):
        normalised(Kind.PHONE, written)


def test_mail_addresses_ignore_case_and_edges():
    assert normalised(Kind.EMAIL, "  Li.Hua@Example.COM ") == "li.hua@example.com"


@pytest.mark.parametrize("written", ["", "@", "a@", "a b@c", "a@b@c", "a\x00@b"])
def test_what_is_no_mail_address_is_refused(written):
    with pytest.raises(Problem, match=r"vault\.bad_email"):
        normalised(Kind.EMAIL, written)


def test_names_are_compared_as_people_read_them():
    assert normalised(Kind.NAME, "Ｌｉ　Hua ") == normalised(Kind.NAME, "li hua") == "li hua"
    assert normalised(Kind.NAME, "李 华") != normalised(Kind.NAME, "李华")


def test_openids_are_verbatim():
    assert normalised(Kind.OPENID, "oAbC-_") == "oAbC-_"
    assert index_under(KEY, ME, OPENID, "oAbC") != index_under(KEY, ME, OPENID, "oabc")


@given(st.text(max_size=30), st.text(max_size=30))
def test_different_values_have_different_indexes(one, other):
    assert (index_under(KEY, ME, OPENID, one) == index_under(KEY, ME, OPENID, other)) == (one == other)


def test_equal_values_of_other_handlers_fields_and_keys_do_not_betray_each_other():
    elsewhere = dataclasses.replace(PHONE, name="second_phone")
    indexes = {
        index_under(KEY, ME, PHONE, "13800138000"),
        index_under(KEY, OTHER, PHONE, "13800138000"),
        index_under(KEY, ME, elsewhere, "13800138000"),
        index_under(HmacSm3(new_index_key()), ME, PHONE, "13800138000"),
    }
    assert len(indexes) == 4
    assert {len(index) for index in indexes} == {INDEX_BYTES}


def test_a_field_that_is_not_searchable_has_no_index():
    with pytest.raises(Problem, match=r"vault\.not_indexed"):
        index_under(KEY, ME, dataclasses.replace(PHONE, indexed=False), "13800138000")
