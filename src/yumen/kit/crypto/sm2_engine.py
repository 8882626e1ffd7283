"""Which library does SM2 here: found once, tested against the standard's example, and reported.

Order: the library named by `use_library` or `YUMEN_LIBCRYPTO`, then the system's libcrypto 3 (Homebrew's on macOS),
then gmssl-pyx. A library that fails the self-test is not used. A libcrypto older than the fixes of the SM2 timing flaws
(CVE-2026-54872, CVE-2026-77696) works, with one warning: a distribution may have patched it under an older number.
"""

import ctypes
import ctypes.util
import logging
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from yumen.kit.crypto import sm2_gmssl, sm2_libcrypto
from yumen.kit.crypto.sm2_library import BadKey, Engine, EngineReport, Sm2Unavailable

log = logging.getLogger("yumen.kit.crypto")

MACOS_LIBRARIES = (
    "/opt/homebrew/opt/openssl@3/lib/libcrypto.3.dylib",
    "/usr/local/opt/openssl@3/lib/libcrypto.3.dylib",
)

EXAMPLE_SCALAR = bytes.fromhex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8")
EXAMPLE_POINT = bytes.fromhex(
    "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
EXAMPLE_SIGNATURE = bytes.fromhex(
    "3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
    "022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
)


_named: list[str] = []


def use_library(path: str) -> None:
    """Name the libcrypto to load (a setting), before the first key is made."""
    _named[:] = [path]
    engine.cache_clear()


def engine_report() -> EngineReport:
    """Which library and version does SM2. Raises Sm2Unavailable."""
    return engine().report


def libcrypto() -> ctypes.CDLL | None:
    """The library with every call typed, for what else is asked of it; None where another does SM2, or none."""
    try:
        found = engine()
    except Sm2Unavailable:
        return None
    return found.lib if isinstance(found, sm2_libcrypto.Libcrypto) else None


@cache
def engine() -> Engine:
    """The first library that passes the self-test. Raises Sm2Unavailable."""
    for candidate in _candidates():
        if passes_self_test(candidate):
            report = candidate.report
            if not report.fixed:
                log.warning("crypto.libcrypto_unfixed", extra={"library": report.library, "version": report.version})
            return candidate
    raise Sm2Unavailable


def _candidates() -> Iterator[Engine]:
    for name in _library_names():
        found = sm2_libcrypto.load(name)
        if found:
            yield found
    fallback = sm2_gmssl.load()
    if fallback:
        yield fallback


def _library_names() -> Iterator[str]:
    yield from _named
    if os.environ.get("YUMEN_LIBCRYPTO"):
        yield os.environ["YUMEN_LIBCRYPTO"]
    yield "libcrypto.so.3"
    yield from (path for path in MACOS_LIBRARIES if Path(path).exists())
    found = ctypes.util.find_library("crypto")
    # macOS ends a process that loads its own unversioned libcrypto
    if found and found not in ("libcrypto.dylib", "/usr/lib/libcrypto.dylib"):
        yield found


def passes_self_test(candidate: Engine) -> bool:
    """Does it verify the example of GB/T 32918.5, refuse a changed one, and agree with itself?"""
    identity, message = b"1234567812345678", b"message digest"
    try:
        private = candidate.private(EXAMPLE_SCALAR, EXAMPLE_POINT)
        public = candidate.public(private.point)
        return (
            private.point == EXAMPLE_POINT
            and public.verify(message, EXAMPLE_SIGNATURE, identity)
            and not public.verify(b"Message digest", EXAMPLE_SIGNATURE, identity)
            and public.verify(message, private.sign(message, identity), identity)
            and private.decrypt(public.encrypt(message)) == message
        )
    except (BadKey, Sm2Unavailable):
        return False
