"""The section's shape; its figures are Chromium's and the link's."""

import shutil

import pytest

from bench.miniprogram import SDK, Seen, _rows, _sdk_bytes
from bench.miniprogram_screens import Exchange, Start


@pytest.mark.skipif(
    not shutil.which("node") or not (SDK / "miniprogram_dist/index.js").is_file(), reason="the SDK is not built here"
)
def test_both_sizes_of_the_sdk_are_read():
    assert set(_sdk_bytes()) == {"everything", "session and requests"}


def test_the_rows_tell_least_median_and_most():
    times = [1.0, 2.0, 4.0]
    starts = [Start(one, one + 1, 0.5) for one in times]
    seen = Seen(
        starts, starts, times, times, [Exchange("/v1/login", 0, 1), Exchange("/v1/cart", 2, 3)], 500, 520, 1_000
    )
    told = {what: figure for what, figure, _ in _rows(seen)}
    assert told["SDK start-up in a running app, least / median / most ms"] == "1.0 / 2.0 / 4.0"
    assert told["an empty module of that size, there, ms"] == "0.5 / 0.5 / 0.5"
    assert told["asked from login to content"] == "/v1/login → /v1/cart"
