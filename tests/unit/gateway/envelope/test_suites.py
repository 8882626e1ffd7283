"""Both suites seal, sign and name keys as the receiver's other libraries do; a key of another kind is refused."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from yumen.gateway.envelope import Suite, suites
from yumen.gateway.envelope.suites import ORDER, UnfitKey, digest_name, key_hash, key_id, new_scalar, pen_of, read_key
from yumen_receiver import intl, sm

THEIRS = {Suite.INTL: intl, Suite.SM: sm}


@pytest.mark.parametrize("suite", list(Suite))
def test_what_is_sealed_only_the_recipient_opens(suite: Suite) -> None:
    private = THEIRS[suite].new_private()
    sealed = suites.seal(suite, THEIRS[suite].public_of(private), b"plain", b"bound to")
    assert THEIRS[suite].unseal(private, sealed.wrap, sealed.body, b"bound to") == b"plain"
    assert THEIRS[suite].unseal(private, sealed.wrap, sealed.body, b"bound elsewhere") is None
    assert THEIRS[suite].unseal(THEIRS[suite].new_private(), sealed.wrap, sealed.body, b"bound to") is None
    assert THEIRS[suite].unseal(private, sealed.wrap[:-1], sealed.body, b"bound to") is None
    assert THEIRS[suite].unseal(private, sealed.wrap, sealed.body[:20], b"bound to") is None


@pytest.mark.parametrize("suite", list(Suite))
def test_signatures_are_checked_alike_on_both_sides(suite: Suite) -> None:
    pen = pen_of(suite, new_scalar(suite))
    for n in range(20):
        message = b"%d" % n
        signature = pen.sign(message)
        assert len(signature) == 64
        assert suites.verify(suite, pen.key, message, signature)
        assert THEIRS[suite].signed_by(pen.key, message, signature)
        assert not suites.verify(suite, pen.key, message + b"!", signature)
        assert not suites.verify(suite, pen.key, message, signature[:-1])
        assert not suites.verify(suite, pen.key, message, bytes(64))
        private = THEIRS[suite].new_private()
        theirs = THEIRS[suite].sign(private, message)
        assert suites.verify(suite, THEIRS[suite].public_of(private), message, theirs)


def test_an_ecdsa_signature_has_one_writing() -> None:
    pen = pen_of(Suite.INTL, new_scalar(Suite.INTL))
    signature = pen.sign(b"message")
    mirrored = signature[:32] + (ORDER - int.from_bytes(signature[32:])).to_bytes(32)
    assert not suites.verify(Suite.INTL, pen.key, b"message", mirrored)


@pytest.mark.parametrize("suite", list(Suite))
def test_keys_are_named_alike_on_both_sides(suite: Suite) -> None:
    key = pen_of(suite, new_scalar(suite)).key
    assert key_hash(suite, key) == THEIRS[suite].digest(key)
    assert key_id(suite, key) == THEIRS[suite].digest(key).hex()[:16]
    assert digest_name(suite, b"x").endswith(THEIRS[suite].digest(b"x").hex())
    assert THEIRS[suite].is_public(key)
    assert read_key(suite, key) == key


def test_a_pen_does_not_show_its_key() -> None:
    scalar = new_scalar(Suite.INTL)
    assert str(int.from_bytes(scalar)) not in repr(pen_of(Suite.INTL, scalar))


def test_keys_of_other_kinds_are_refused() -> None:
    def der(key) -> bytes:
        return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    intl_key, sm_key = (pen_of(suite, new_scalar(suite)).key for suite in Suite)
    others = [
        der(ec.generate_private_key(ec.SECP384R1())),
        der(rsa.generate_private_key(65537, 2048)),
        b"",
        b"x" * 2000,
    ]
    for suite, wrong in ((Suite.INTL, [*others, sm_key]), (Suite.SM, [*others, intl_key])):
        for key in wrong:
            with pytest.raises(UnfitKey):
                read_key(suite, key)


def test_a_key_may_be_handed_in_as_pem() -> None:
    private = ec.generate_private_key(ec.SECP256R1()).public_key()
    pem = private.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert read_key(Suite.INTL, pem) == private.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
