"""What an envelope proves of the sender's trail is checked against the signed root and what we saw before."""

from __future__ import annotations

import json

import pytest
from receiver.tests.made_sender import MadeSender, Trail, b64

from yumen_receiver import RefusedError, sm


def noise(trail: Trail, count: int) -> None:
    trail.bodies += [b'["y1","other.act",%d]' % n for n in range(count)]


def refused_for(sender: MadeSender, proof: dict[str, object]) -> str:
    with pytest.raises(RefusedError) as refused:
        sender.receiver.receive(sender.make(b"x", sender.header(trail=proof)))
    return refused.value.code


@pytest.fixture
def begun(dual: MadeSender) -> MadeSender:
    """Two envelopes taken, their leaves among others: at places 0 and 6."""
    dual.receiver.receive(dual.send())
    noise(dual.trail, 5)
    dual.receiver.receive(dual.send())
    noise(dual.trail, 3)
    return dual


@pytest.mark.parametrize("more", range(20))
def test_leaves_of_earlier_envelopes_are_proved_in_a_tree_of_any_size(dual: MadeSender, more: int) -> None:
    dual.receiver.receive(dual.send())
    noise(dual.trail, more)
    opened = dual.receiver.receive(dual.send(trail=dual.prove((1, 0))))
    assert (opened.proved, opened.trail_size) == ((1,), 1 + more)
    dual.since = 1 + more
    noise(dual.trail, more)
    index = 1 + more
    opened = dual.receiver.receive(dual.send(trail=dual.prove((2, index))))
    assert (opened.proved, opened.trail_size) == ((2,), 2 + 2 * more)


def test_a_leaf_that_is_not_in_the_tree_is_named(begun: MadeSender) -> None:
    proof = begun.prove((1, 0))
    for changed in ({"index": 1}, {"path": proof["leaves"][0]["path"][:-1]}, {"body": b64(b"[]")}):
        wrong = proof | {"leaves": [proof["leaves"][0] | changed]}
        assert refused_for(begun, wrong) == "trail.no_inclusion"


def test_a_leaf_that_tells_of_another_envelope_is_named(begun: MadeSender) -> None:
    assert refused_for(begun, begun.prove((1, 6))) == "trail.other_leaf"
    assert refused_for(begun, begun.prove((1, 1))) == "trail.other_leaf"


def test_a_leaf_with_another_hash_is_named(begun: MadeSender) -> None:
    body = json.loads(begun.trail.bodies[0])
    body[5]["envelope"] = "0" * 64
    begun.trail.bodies[0] = json.dumps(body).encode()
    assert refused_for(begun, begun.prove((1, 0))) == "trail.other_leaf"


def test_a_leaf_of_an_envelope_we_never_took_proves_nothing(begun: MadeSender) -> None:
    opened = begun.receiver.receive(begun.send(trail=begun.prove((9, 0))))
    assert opened.proved == ()


def test_a_trail_that_was_rewritten_is_a_fork(begun: MadeSender) -> None:
    begun.receiver.receive(begun.send(trail=begun.prove()))
    begun.since = 10
    begun.trail.bodies[3] = b"rewritten"
    noise(begun.trail, 4)
    assert refused_for(begun, begun.prove()) == "trail.forked"


def test_a_trail_that_was_shortened_is_named(begun: MadeSender) -> None:
    begun.receiver.receive(begun.send(trail=begun.prove()))
    del begun.trail.bodies[5:]
    begun.since = 0
    proof = begun.prove() | {"since": 10, "consistency": []}
    assert refused_for(begun, proof) == "trail.rolled_back"


def test_a_proof_from_another_place_than_we_are_is_refused(begun: MadeSender) -> None:
    begun.receiver.receive(begun.send(trail=begun.prove()))
    begun.since = 4
    assert refused_for(begun, begun.prove()) == "trail.elsewhere"


def test_after_an_agreed_gap_the_proof_may_begin_elsewhere(begun: MadeSender) -> None:
    begun.receiver.receive(begun.send(trail=begun.prove()))
    begun.send()
    begun.since = 4
    begun.receiver.accept_gap("made.example.cn/trail/h1", 4, "agreed")
    assert begun.receiver.receive(begun.send(trail=begun.prove())).trail_size == len(begun.trail.bodies) - 1


def test_only_the_signer_we_know_signs_checkpoints(begun: MadeSender) -> None:
    other = Trail(bodies=begun.trail.bodies)
    assert refused_for(begun, begun.prove() | {"checkpoint": b64(other.checkpoint())}) == "trail.unsigned"


@pytest.mark.parametrize(
    "note",
    [b"", b"x", b"\n\n", b"made.example.cn/trail\nten\nAAAA\n\n", b"made.example.cn/trail\n-1\n\n\n", b"\xff\n\n"],
)
def test_a_checkpoint_that_is_none_is_refused(begun: MadeSender, note: bytes) -> None:
    assert refused_for(begun, begun.prove() | {"checkpoint": b64(note)}) == "trail.checkpoint"


def test_a_signer_for_whom_nobody_vouches_is_refused(begun: MadeSender) -> None:
    other = Trail(bodies=begun.trail.bodies)
    proof = begun.prove() | {"checkpoint": b64(other.checkpoint()), "signer": b64(other.line())}
    assert refused_for(begun, proof) == "trail.signer"
    for line in (b"", b"[]", b'["y1-key"]', other.line()[:-1]):
        assert refused_for(begun, begun.prove() | {"signer": b64(line)}) == "trail.signer"


def test_der_signatures_are_read_in_one_writing_only() -> None:
    private = sm.new_private()
    signature = sm.sign(private, b"message")
    der = sm._der(signature)
    assert sm.point_signed(private[32:], b"message", der)
    assert not sm.point_signed(private[32:], b"message", der + b"\0")
    assert not sm.point_signed(private[32:], b"message", der[:-1])
    assert not sm.point_signed(private[32:], b"other", der)
