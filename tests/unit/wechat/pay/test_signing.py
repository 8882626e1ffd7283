"""What is signed, byte for byte; the published samples are in tests/vectors."""

from yumen.kit.crypto import Sm2PrivateKey
from yumen.wechat.pay.signing import (
    SmSigner,
    Suite,
    answer_message,
    authorization,
    new_nonce,
    pay_message,
    request_message,
)


def test_a_request_without_body_ends_with_two_newlines():
    assert request_message("GET", "/v3/x?a=%7C", 1, "n", b"") == b"GET\n/v3/x?a=%7C\n1\nn\n\n"


def test_an_answer_is_signed_as_the_bytes_that_came():
    assert answer_message("007", "n", b'{"a":\r\n 1}') == b'007\nn\n{"a":\r\n 1}\n'


def test_the_package_is_signed_whole():
    assert pay_message("wx1", "2", "n", "prepay_id=p") == b"wx1\n2\nn\nprepay_id=p\n"


def test_a_nonce_is_32_letters_and_digits_and_never_the_same():
    nonces = {new_nonce() for _ in range(1000)}
    assert len(nonces) == 1000
    assert all(len(nonce) == 32 and nonce.isascii() and nonce.isalnum() for nonce in nonces)


async def test_the_sm_scheme_is_named_and_its_signature_verifies():
    key = Sm2PrivateKey.generate()
    header = await authorization(SmSigner(key), "19", "5F", b"message", 7, "n")
    assert header.startswith(f'{Suite.SM} mchid="19",nonce_str="n",timestamp="7",serial_no="5F",signature="')


def test_keys_do_not_show(merchant_key):
    assert repr(SmSigner(Sm2PrivateKey.generate())) == "SmSigner()"
