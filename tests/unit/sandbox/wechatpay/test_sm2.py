import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from yumen.sandbox.wechatpay import sm2
from yumen.sandbox.wechatpay.keys import BadKey, check_merchant_key, new_serial, serial_of

SM = json.loads((Path(__file__).parents[3] / "vectors" / "wechatpay-sm.json").read_text(encoding="utf-8"))
MERCHANT = SM["keys"]["merchant"]


@pytest.mark.parametrize("case", [pytest.param(c, id=c["name"]) for c in SM["signatures"]])
def test_published_signatures_are_judged_as_published(case):
    pem = SM["keys"][case.get("key", "merchant")]["certificate_pem"]
    fits = sm2.verify(sm2.read_public(pem), case["message"].encode(), base64.b64decode(case["signature"]))
    assert fits is case["valid"]


def test_the_serial_number_is_read_from_an_sm2_certificate():
    assert serial_of(MERCHANT["certificate_pem"]) == MERCHANT["serial_no"]


def test_a_certificate_made_here_is_one_that_x509_readers_take():
    private, public = sm2.new_pair()
    serial = int(new_serial(), 16)
    begins, ends = datetime(2026, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
    pem = sm2.self_signed(private, public, "SANDBOX", serial, begins, ends)
    certificate = x509.load_pem_x509_certificate(pem.encode())
    assert (certificate.serial_number, certificate.not_valid_after_utc) == (serial, ends)
    assert certificate.signature_algorithm_oid.dotted_string == "1.2.156.10197.1.501"
    assert sm2.read_public(pem).hex() == public
    assert sm2.verify(sm2.read_public(pem), certificate.tbs_certificate_bytes, certificate.signature)


@pytest.mark.parametrize("text", ["", "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----", "AAAA"])
def test_what_holds_no_sm2_key_is_refused(text):
    with pytest.raises(sm2.BadSm2Key):
        sm2.read_public(text)
    with pytest.raises(BadKey):
        check_merchant_key("SM2", text)
    with pytest.raises(BadKey):
        check_merchant_key("RSA", text)
