"""Signed notes and the chain of keys: what is believed and what is not."""

import base64
import json

import pytest
from verifier.tests.made_log import ORIGIN, MadeLog, Pen

from yumen_verifier import Memory, Witness, verify
from yumen_verifier.note import MalformedError, read_checkpoint, read_keys


def changed_hands() -> MadeLog:
    log = MadeLog.of(40)
    log.pens, log.takeovers = [Pen(), Pen(), Pen()], [0, 10, 30]
    return log


def test_the_last_key_signs_and_the_chain_leads_to_it() -> None:
    files = changed_hands().files()
    report = verify(Memory(files), pinned_keys=files["keys"])
    assert (report.verdict, report.key) == ("whole", 2)


def test_a_list_of_keys_got_earlier_is_enough_to_believe_its_continuation() -> None:
    log = changed_hands()
    first_line = log.keys().split(b"\n")[0] + b"\n"
    assert verify(Memory(log.files()), pinned_keys=first_line).verdict == "whole"


def test_a_list_of_keys_that_does_not_continue_the_known_one_is_refused() -> None:
    files, other = MadeLog.of(3).files(), MadeLog.of(3).keys()
    codes = [finding.code for finding in verify(Memory(files), pinned_keys=other).findings]
    assert codes == ["keys.forked", "checkpoint.unsigned"]


def test_a_shortened_list_of_keys_is_named() -> None:
    log = changed_hands()
    files = log.files()
    full = files["keys"]
    files["keys"] = full.split(b"\n")[0] + b"\n"
    assert [finding.code for finding in verify(Memory(files), pinned_keys=full).findings] == ["keys.rolled_back"]


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("signature", [-2, -1])
def test_a_key_nobody_vouched_for_breaks_the_chain(number: int, signature: int) -> None:
    lines = changed_hands().keys().split(b"\n")
    line = json.loads(lines[number])
    payload = json.dumps(line[:7], separators=(",", ":")).encode()
    line[signature] = base64.b64encode(Pen().sign(payload)).decode()
    lines[number] = json.dumps(line, separators=(",", ":")).encode()
    with pytest.raises(MalformedError, match=r"keys\.chain_broken"):
        read_keys(b"\n".join(lines))


def test_a_line_taken_out_breaks_the_chain() -> None:
    lines = changed_hands().keys().split(b"\n")
    with pytest.raises(MalformedError, match=r"keys\.chain_broken"):
        read_keys(b"\n".join([lines[0], *lines[2:]]))


def test_a_key_signs_only_while_in_office() -> None:
    log = changed_hands()
    files = log.files()
    keys = read_keys(files["keys"])
    for number, sizes in ((0, {5, 10}), (1, {10, 30}), (2, {30, 40})):
        log.pens.append(log.pens[number])  # the last pen signs
        for size in (5, 10, 20, 30, 40):
            verdict = read_checkpoint(log.checkpoint(size)).trust(keys)
            lo, hi = min(sizes), max(sizes)
            assert verdict == (None if lo <= size <= hi else "checkpoint.retired_key")
        log.pens.pop()


def test_without_given_keys_the_export_is_believed_and_that_is_said() -> None:
    report = verify(Memory(MadeLog.of(3).files()))
    assert (report.verdict, [finding.code for finding in report.findings]) == ("whole", ["keys.unpinned"])


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n\n",
        b"a\n1\nAA==\n\nno signature\n",
        b"a\n01\n" + base64.b64encode(bytes(32)) + b"\n\n",
        b"a\n-1\n" + base64.b64encode(bytes(32)) + b"\n\n",
        b"a\n1\n" + base64.b64encode(bytes(31)) + b"\n\n\xe2\x80\x94 a AAAA\n",
        b"a\n1\n" + base64.b64encode(bytes(32)) + b"\n\n\xe2\x80\x94 a b AAAA\n",
        b"a\n1\n" + base64.b64encode(bytes(32)) + b"\n\n\xe2\x80\x94 a !!!!\n",
        b"a\n1\x00\n" + base64.b64encode(bytes(32)) + b"\n\n\xe2\x80\x94 a AAAA\n",
        b"\xff\n1\n" + base64.b64encode(bytes(32)) + b"\n\n\xe2\x80\x94 a AAAA\n",
        "a\n１\n".encode() + base64.b64encode(bytes(32)) + "\n\n— a AAAA\n".encode(),
        b"a" * 70_000,
    ],
)
def test_what_is_no_checkpoint_is_refused(raw: bytes) -> None:
    with pytest.raises(MalformedError):
        read_checkpoint(raw)


@pytest.mark.parametrize(
    "raw",
    [b"", b"\n", b"{}\n", b"[]\n", b"5\n", b"[" * 5000 + b"\n", b'["y1-key","a",0,"AA==",0,0,"0","",""]\n', b"\xff\n"],
)
def test_what_is_no_list_of_keys_is_refused(raw: bytes) -> None:
    with pytest.raises(MalformedError):
        read_keys(raw)


def test_a_witness_of_another_log_is_unusable() -> None:
    files = MadeLog.of(3).files()
    stranger = Pen().note(f"{ORIGIN}\n2\n{base64.b64encode(bytes(32)).decode()}\n".encode())
    report = verify(Memory(files), [Witness("stranger", stranger)], files["keys"])
    assert (report.verdict, report.findings[0].code) == ("unjudged", "witness.unusable")


def test_a_forged_size_does_not_keep_the_verifier_busy() -> None:
    log = MadeLog.of(3)
    files = log.files()
    forged = f"{ORIGIN}\n{2**61}\n{base64.b64encode(bytes(32)).decode()}\n\n— {ORIGIN} AAAAAAAA\n"
    files["checkpoint"] = forged.encode()
    assert verify(Memory(files), pinned_keys=files["keys"]).verdict == "tampered"
