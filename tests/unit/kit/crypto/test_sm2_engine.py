"""The library for SM2 is found, tested before use, and reported; both libraries behave the same."""

import logging
import os
import subprocess
import sys

import pytest

from yumen.kit.crypto import sm2_gmssl, sm2_libcrypto
from yumen.kit.crypto.aead import BadTag
from yumen.kit.crypto.sm2_engine import (
    EXAMPLE_POINT,
    EXAMPLE_SCALAR,
    engine_report,
    passes_self_test,
)
from yumen.kit.crypto.sm2_library import BadKey

ID = b"1234567812345678"
LIBCRYPTO = sm2_libcrypto.load("libcrypto.so.3")
GMSSL = sm2_gmssl.load()

both = pytest.mark.parametrize(
    "engine",
    [pytest.param(LIBCRYPTO, marks=pytest.mark.skipif(LIBCRYPTO is None, reason="no libcrypto.so.3")), GMSSL],
    ids=["libcrypto", "gmssl"],
)


class Liar:
    """An engine that calls every signature good."""

    def __init__(self, honest):
        self._honest = honest
        self.report = honest.report

    def generate(self):
        return self._honest.generate()

    def private(self, scalar, point):
        return self._honest.private(scalar, point)

    def public(self, point):
        honest = self._honest.public(point)
        return type("Yes", (), {"verify": lambda *_: True, "encrypt": lambda _, plain: honest.encrypt(plain)})()


@both
def test_it_passes_the_self_test(engine):
    assert passes_self_test(engine)


@both
def test_a_library_that_calls_everything_good_fails_the_self_test(engine):
    assert not passes_self_test(Liar(engine))


@both
def test_a_made_key_signs_and_opens(engine):
    scalar, point = engine.generate()
    private, public = engine.private(scalar, point), engine.public(point)
    assert private.point == point
    assert public.verify(b"m", private.sign(b"m", ID), ID)
    assert private.decrypt(public.encrypt(b"m")) == b"m"
    with pytest.raises(BadTag):
        private.decrypt(b"\x30\x00")


def test_each_reads_the_other():
    ours, theirs = LIBCRYPTO.private(EXAMPLE_SCALAR, None), GMSSL.private(EXAMPLE_SCALAR, EXAMPLE_POINT)
    assert GMSSL.public(EXAMPLE_POINT).verify(b"m", ours.sign(b"m", ID), ID)
    assert LIBCRYPTO.public(EXAMPLE_POINT).verify(b"m", theirs.sign(b"m", ID), ID)


def test_gmssl_wants_the_public_point_and_compares_it():
    with pytest.raises(BadKey, match="public point"):
        GMSSL.private(EXAMPLE_SCALAR, None)
    with pytest.raises(BadKey, match="pair"):
        GMSSL.private(EXAMPLE_SCALAR, GMSSL.generate()[1])


def test_libcrypto_refuses_a_point_off_the_curve():
    with pytest.raises(BadKey):
        LIBCRYPTO.public(b"\4" + bytes(64))


def test_a_library_that_is_absent_or_is_none_is_left_out():
    assert sm2_libcrypto.load("libnothing.so.9") is None
    assert sm2_libcrypto.load("libc.so.6") is None


def test_the_report_names_library_and_version():
    report = engine_report()
    assert report.library
    assert report.version.count(".") == 2


def run(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    return done.stdout.strip() + done.stderr


REPORT = "from yumen.kit.crypto import engine_report; print(engine_report().library)"


def test_a_library_can_be_named_in_the_environment():
    assert run(REPORT, YUMEN_LIBCRYPTO="/usr/lib/nothing.so").startswith("libcrypto")
    found = run("import ctypes.util; print(ctypes.util.find_library('crypto'))").strip()
    assert run(REPORT, YUMEN_LIBCRYPTO=found).startswith(found)


def test_a_setting_names_the_library_before_the_environment():
    code = (
        "from yumen.kit.crypto import use_library, engine_report\nuse_library('libcrypto.so.3')\nprint(engine_report())"
    )
    assert "libcrypto.so.3" in run(code, YUMEN_LIBCRYPTO="libnothing.so")


@pytest.mark.skipif(LIBCRYPTO is None or LIBCRYPTO.report.fixed, reason="libcrypto is fixed here")
def test_an_unfixed_library_is_warned_of_once():
    code = f"import logging; logging.basicConfig(level={logging.WARNING})\n{REPORT}\nengine_report()"
    assert run(code).count("crypto.libcrypto_unfixed") == 1
