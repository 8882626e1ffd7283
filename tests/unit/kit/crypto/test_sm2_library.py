"""Which versions of libcrypto hold the timing fixes."""

import pytest

from yumen.kit.crypto.sm2_library import is_fixed


@pytest.mark.parametrize(
    ("version", "fixed"),
    [
        ((3, 0, 19), False),
        ((3, 0, 22), False),
        ((3, 0, 23), True),
        ((3, 1, 99), False),
        ((3, 4, 7), False),
        ((3, 5, 9), True),
        ((3, 6, 5), True),
        ((4, 0, 2), False),
        ((4, 0, 3), True),
        ((4, 1, 0), True),
    ],
)
def test_versions_before_the_timing_fixes_are_known(version, fixed):
    assert is_fixed(*version) is fixed
