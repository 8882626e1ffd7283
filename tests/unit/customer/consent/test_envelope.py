"""A receipt has the shape of TS 27560, and any change after signing is found, also by another SM2 library."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import gmssl_pyx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.customer.consent.envelope import BadReceiptError, Envelope, ReceiptSigner, sign, verify
from yumen.customer.consent.notices import load
from yumen.customer.consent.receipt import Receipt, receipt_of
from yumen.customer.consent.store import Cause, KeptAnswer, State
from yumen.kit.crypto import Sm2PrivateKey, der_of_raw_signature
from yumen.security.datamap import Purpose
from yumen.security.trail import EntryKey, KeySigner

KEY = Sm2PrivateKey.generate()
SIGNER = ReceiptSigner(KeySigner(KEY), "trail.example.com")
ANSWER_ID = "cns_00000000000000000000000001"
PERSON = "sub_00000000000000000000000002"


def receipt(state: State = State.GIVEN, leaf: int | None = 7) -> Receipt:
    facts = {"handler": "示例有限公司", "contact": "privacy@example.com"}
    (notice,) = [n for n in load({"en": facts, "zh": facts}) if n.purpose is Purpose.MARKETING]
    kept = KeptAnswer(
        ANSWER_ID,
        Purpose.MARKETING,
        state,
        Cause.PERSON,
        "zh",
        datetime(2026, 11, 25, tzinfo=UTC),
        notice.hash(),
        notice.body(),
        EntryKey(1, 1),
    )
    return receipt_of(kept, PERSON, SIGNER.origin, leaf)


def test_the_receipt_has_the_four_sections_of_the_specification() -> None:
    told = msgspec.to_builtins(receipt())
    assert told["record_id"] == ANSWER_ID
    assert told["pii_principal_id"] == PERSON
    (purpose,) = told["pii_processing"]["purposes"]
    assert purpose["purpose_type"] == "marketing"
    assert purpose["lawful_basis"] == "PIPL-13-1-1"
    assert purpose["withdrawal_method"] == "POST /v1/consents/marketing/withdraw"
    assert [p["pii_type"] for p in purpose["pii_information"]] == ["phone", "openid"]
    assert told["party_identification"][0]["party_name"] == "示例有限公司"
    assert told["event"]["event_state"] == "consent_given"
    assert told["trail"] == {"origin": "trail.example.com", "leaf_index": 7}


@pytest.mark.parametrize("state", list(State))
def test_every_answer_has_a_receipt_also_a_no(state: State) -> None:
    signed = sign(receipt(state), SIGNER)
    assert verify(signed, KEY.public).event.event_state == f"consent_{state}"


def test_a_receipt_before_its_leaf_has_a_place_says_so() -> None:
    assert verify(sign(receipt(leaf=None), SIGNER), KEY.public).trail.leaf_index is None


def test_another_key_does_not_verify() -> None:
    with pytest.raises(BadReceiptError, match="another key"):
        verify(sign(receipt(), SIGNER), Sm2PrivateKey.generate().public)


def test_a_foreign_signature_under_our_key_id_is_refused() -> None:
    mine, theirs = sign(receipt(), SIGNER), sign(receipt(), ReceiptSigner(KeySigner(Sm2PrivateKey.generate()), "x"))
    with pytest.raises(BadReceiptError, match="does not fit"):
        verify(Envelope(mine.protected, mine.payload, theirs.signature), KEY.public)


@given(part=st.sampled_from(["protected", "payload", "signature"]), at=st.integers(0, 2000), to=st.characters())
def test_no_changed_letter_goes_unnoticed(part: str, at: int, to: str) -> None:
    signed = sign(receipt(), SIGNER)
    text = getattr(signed, part)
    place = at % len(text)
    if text[place] == to:
        return
    changed = msgspec.structs.replace(signed, **{part: text[:place] + to + text[place + 1 :]})
    with pytest.raises(BadReceiptError):
        verify(changed, KEY.public)


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_rubbish_is_refused_and_never_breaks(protected: str, payload: str, signature: str) -> None:
    with pytest.raises(BadReceiptError):
        verify(Envelope(protected, payload, signature), KEY.public)


def test_an_over_long_part_is_refused() -> None:
    signed = sign(receipt(), SIGNER)
    with pytest.raises(BadReceiptError, match="malformed"):
        verify(msgspec.structs.replace(signed, payload="A" * 20_000), KEY.public)


def test_another_library_verifies_by_the_documented_recipe() -> None:
    signed = sign(receipt(), SIGNER)
    raw = base64.urlsafe_b64decode(signed.signature + "==")
    message = f"{signed.protected}.{signed.payload}".encode()
    assert len(raw) == 64
    assert gmssl_pyx.sm2_verify(KEY.public.point[1:], message, der_of_raw_signature(raw))
    assert not gmssl_pyx.sm2_verify(KEY.public.point[1:], message + b"x", der_of_raw_signature(raw))
