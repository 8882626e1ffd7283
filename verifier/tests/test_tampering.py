"""Two hundred random tamperings: each is found, and named with its leaf where something earlier was kept."""

from __future__ import annotations

import random

import pytest
from verifier.tests.made_log import MadeLog, flipped, tampered

from yumen_verifier import Memory, Witness, verify

SIZES = (5, 200, 256, 300, 700)


@pytest.mark.parametrize("size", SIZES)
def test_an_untouched_log_is_whole(size: int) -> None:
    files = MadeLog.of(size).files()
    report = verify(Memory(files), pinned_keys=files["keys"])
    assert (report.verdict, report.size, report.findings) == ("whole", size, [])


@pytest.mark.parametrize("size", SIZES)
def test_each_tampering_is_named_with_its_leaf(size: int) -> None:
    log, dice = MadeLog.of(size), random.Random(size)
    files = log.files()
    witness = Witness("kept", files["checkpoint"], Memory(files))
    for _ in range(30):
        changed, act = tampered(files, log.leaves, dice)
        report = verify(Memory(changed), [witness], files["keys"])
        named = {(finding.code, finding.leaf) for finding in report.findings}
        assert report.verdict == "tampered"
        assert act in named, (act, report.findings)
        assert verify(Memory(changed), pinned_keys=files["keys"]).verdict == "tampered"


@pytest.mark.parametrize("size", SIZES)
def test_each_flipped_bit_is_found(size: int) -> None:
    dice = random.Random(size)
    files = MadeLog.of(size).files()
    for _ in range(20):
        changed, name = flipped(files, dice)
        report = verify(Memory(changed), pinned_keys=files["keys"])
        assert report.verdict == "tampered", name
