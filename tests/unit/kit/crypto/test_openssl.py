"""The openssl command line and we read each other, both ways."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from hypothesis import given, settings
from hypothesis import strategies as st

from yumen.kit.crypto import DEFAULT_ID, Sm2PrivateKey, Sm2PublicKey, hmac_sm3, sm3

MESSAGE = "玉门关外 and a message".encode()
KEY = bytes.fromhex(json.loads((Path(__file__).parents[3] / "vectors" / "gmt.json").read_text())["sm4"]["key"])


def has_sm2() -> bool:
    if shutil.which("openssl") is None:
        return False
    listed = subprocess.run(["openssl", "list", "-public-key-algorithms"], capture_output=True, check=False).stdout
    return b"SM2" in listed.upper()


pytestmark = pytest.mark.skipif(not has_sm2(), reason="no openssl command line with SM2")


def openssl(*arguments: str, data: bytes = b"") -> bytes:
    return subprocess.run(["openssl", *arguments], input=data, capture_output=True, check=True).stdout


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    key = tmp_path / "theirs.pem"
    openssl("genpkey", "-algorithm", "SM2", "-out", str(key))
    return key


@pytest.fixture
def ours(tmp_path: Path) -> Sm2PrivateKey:
    key = Sm2PrivateKey.generate()
    (tmp_path / "ours.pem").write_text(key.pem())
    (tmp_path / "ours.pub").write_text(key.public.pem())
    return key


def test_their_signature_is_verified_by_us(theirs, tmp_path):
    (tmp_path / "message").write_bytes(MESSAGE)
    identity = f"distid:{DEFAULT_ID.decode()}"
    signature = openssl(
        "pkeyutl", "-sign", "-rawin", "-digest", "sm3", "-inkey", str(theirs), "-pkeyopt", identity,
        "-in", str(tmp_path / "message"),
    )  # fmt: skip
    public = Sm2PublicKey.load(openssl("pkey", "-in", str(theirs), "-pubout"))
    assert public.verify(MESSAGE, signature)
    assert not public.verify(MESSAGE + b"!", signature)


def test_our_signature_is_verified_by_them(ours, tmp_path):
    (tmp_path / "message").write_bytes(MESSAGE)
    (tmp_path / "signature").write_bytes(ours.sign(MESSAGE))
    said = openssl(
        "pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pubin", "-inkey", str(tmp_path / "ours.pub"),
        "-pkeyopt", f"distid:{DEFAULT_ID.decode()}", "-in", str(tmp_path / "message"),
        "-sigfile", str(tmp_path / "signature"),
    )  # fmt: skip
    assert b"Signature Verified Successfully" in said


def test_their_ciphertext_is_opened_by_us(theirs):
    key = Sm2PrivateKey.load(theirs.read_bytes())
    assert key.decrypt(openssl("pkeyutl", "-encrypt", "-inkey", str(theirs), data=MESSAGE)) == MESSAGE


def test_our_ciphertext_is_opened_by_them(ours, tmp_path):
    sealed = ours.public.encrypt(MESSAGE)
    assert openssl("pkeyutl", "-decrypt", "-inkey", str(tmp_path / "ours.pem"), data=sealed) == MESSAGE


@pytest.mark.parametrize("form", ["PEM", "DER"])
def test_their_keys_are_loaded_in_every_form(theirs, form):
    pkcs8 = openssl("pkey", "-in", str(theirs), "-outform", form)
    sec1 = openssl("ec", "-in", str(theirs), "-outform", form)
    spki = openssl("pkey", "-in", str(theirs), "-pubout", "-outform", form)
    scalars = {Sm2PrivateKey.load(text).scalar for text in (pkcs8, sec1)}
    assert len(scalars) == 1
    assert Sm2PrivateKey(scalars.pop()).public.point == Sm2PublicKey.load(spki).point


def test_our_keys_are_written_byte_for_byte_as_theirs(ours, tmp_path):
    file = str(tmp_path / "ours.pem")
    assert openssl("pkcs8", "-topk8", "-nocrypt", "-in", file, "-outform", "DER") == ours.der()
    assert openssl("ec", "-in", file, "-outform", "DER") == ours.sec1()
    assert openssl("pkey", "-in", file, "-pubout", "-outform", "DER") == ours.public.der()
    assert openssl("pkcs8", "-topk8", "-nocrypt", "-in", file) == ours.pem().encode()


@settings(max_examples=10, deadline=None)
@given(st.binary(max_size=300))
def test_digests_and_codes_agree(message):
    assert sm3(message) == openssl("dgst", "-sm3", "-binary", data=message)
    coded = openssl("dgst", "-sm3", "-mac", "HMAC", "-macopt", f"hexkey:{KEY.hex()}", "-binary", data=message)
    assert hmac_sm3(KEY, message) == coded


def test_sm4_blocks_agree():
    blocks, iv = MESSAGE.ljust(48, b"."), bytes(range(16))
    ecb = openssl("enc", "-sm4-ecb", "-nopad", "-K", KEY.hex(), data=blocks)
    cbc = openssl("enc", "-sm4-cbc", "-nopad", "-K", KEY.hex(), "-iv", iv.hex(), data=blocks)
    assert ecb == Cipher(SM4(KEY), modes.ECB()).encryptor().update(blocks)
    assert cbc == Cipher(SM4(KEY), modes.CBC(iv)).encryptor().update(blocks)
