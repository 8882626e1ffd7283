"""A signer signs as the key it was given, and shows only its public half."""

from __future__ import annotations

from yumen.kit.crypto import Sm2PrivateKey, Sm2PublicKey
from yumen.security.trail import KeySigner


def test_what_it_signs_is_verified_under_the_point_it_shows() -> None:
    key = Sm2PrivateKey.generate()
    signer = KeySigner(key)
    public = Sm2PublicKey(b"\x04" + signer.point)
    assert len(signer.point) == 64
    assert public.verify(b"head", signer.sign(b"head"))
    assert not public.verify(b"another head", signer.sign(b"head"))


def test_two_signers_differ() -> None:
    assert KeySigner(Sm2PrivateKey.generate()).point != KeySigner(Sm2PrivateKey.generate()).point
