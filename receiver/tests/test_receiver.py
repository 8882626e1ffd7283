"""Show 4: what is tampered with, replayed, reordered or cut is refused and named; gaps too; honest mail arrives."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from receiver.tests.made_sender import SENDER, MadeSender

from yumen_receiver import Generation, Identity, Opened, Receiver, RefusedError, State, fingerprint, sm
from yumen_receiver.layout import canonical

RELAXED = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def refusal(receiver: Receiver, data: bytes) -> str:
    with pytest.raises(RefusedError) as refused:
        receiver.receive(data)
    return refused.value.code


def standing(receiver: Receiver) -> tuple[int, list[int]]:
    """What is next, and what was taken."""
    (sender,) = receiver.state.senders()
    return sender.next, [row[0] for row in receiver.state.history(SENDER)]


def test_honest_envelopes_arrive_in_their_order(sender: MadeSender) -> None:
    contents = [b"x" * size for size in (1, 100, 100_000)]
    opened = [sender.receiver.receive(sender.send(content)) for content in contents]
    assert [(one.sequence, one.content) for one in opened] == list(enumerate(contents, 1))


def test_no_byte_can_be_changed(sender: MadeSender) -> None:
    data = sender.send(b"content")
    for place in range(len(data)):
        for bit in (0x01, 0x80):
            changed = data[:place] + bytes((data[place] ^ bit,)) + data[place + 1 :]
            assert refusal(sender.receiver, changed) != "sequence.replayed"
    assert standing(sender.receiver) == (1, [])
    assert sender.receiver.receive(data).content == b"content"


def test_no_byte_can_be_cut_off_or_added(sender: MadeSender) -> None:
    data = sender.send(b"content")
    assert {refusal(sender.receiver, data[:size]) for size in range(len(data))} <= {"layout.form", "layout.length"}
    assert refusal(sender.receiver, data + b"\0") == "layout.length"
    assert refusal(sender.receiver, data + data) == "layout.length"
    assert sender.receiver.receive(data).content == b"content"


@RELAXED
@given(seed=st.integers(0, 2**32), profile=st.sampled_from([1, 2, 3]))
def test_no_damage_of_any_kind_is_taken(seed: int, profile: int) -> None:
    """Pieces removed, doubled, moved, overwritten, or taken from another envelope of the same chain."""
    chance, sender = random.Random(seed), MadeSender(profile)
    first, second = sender.send(b"first"), sender.send(b"second")
    for _ in range(20):
        data = bytearray(first)
        low, high = sorted(chance.sample(range(len(data) + 1), 2))
        piece = bytes(data[low:high])
        match chance.randrange(5):
            case 0:
                del data[low:high]
            case 1:
                data[high:high] = piece
            case 2:
                del data[low:high]
                at = chance.randrange(len(data) + 1)
                data[at:at] = piece
            case 3:
                data[low:high] = chance.randbytes(high - low)
            case _:
                data[low:high] = second[low:high]
        if bytes(data) not in (first, second):
            refusal(sender.receiver, bytes(data))
            assert standing(sender.receiver) == (1, [])
    assert sender.receiver.receive(first).content == b"first"
    assert sender.receiver.receive(second).content == b"second"


@RELAXED
@given(schedule=st.lists(st.integers(1, 6), max_size=30), profile=st.sampled_from([1, 3]))
def test_any_order_of_deliveries_is_told_exactly(schedule: list[int], profile: int) -> None:
    """Late, early, twice or never: each answer is what a plain counter predicts."""
    sender = MadeSender(profile)
    sent = {n: sender.send(b"%d" % n) for n in range(1, 7)}
    expected = 1
    for n in schedule:
        if n == expected:
            assert sender.receiver.receive(sent[n]).content == b"%d" % n
            expected += 1
            continue
        with pytest.raises(RefusedError) as refused:
            sender.receiver.receive(sent[n])
        if n < expected:
            assert refused.value.code == "sequence.replayed"
            assert refused.value.receipt is not None
        else:
            assert refused.value.code == "sequence.gap"
            assert (refused.value.facts["first"], refused.value.facts["last"]) == (expected, n - 1)
            (gap,) = sender.receiver.state.gaps()
            assert gap.first <= expected
            assert gap.last >= n - 1
    assert standing(sender.receiver) == (expected, list(range(1, expected)))
    assert all(gap.last >= expected for gap in sender.receiver.state.gaps())


def test_a_gap_closes_when_what_was_missing_came(dual: MadeSender) -> None:
    sent = [dual.send() for _ in range(3)]
    assert refusal(dual.receiver, sent[2]) == "sequence.gap"
    for data in sent:
        dual.receiver.receive(data)
    assert dual.receiver.state.gaps() == []
    (gap,) = dual.receiver.state.gaps(all_of_them=True)
    assert (gap.first, gap.last, gap.reason) == (1, 2, None)


def test_another_envelope_in_the_same_place_is_a_fork(sender: MadeSender) -> None:
    one, other = sender.make(b"one"), sender.make(b"other")
    sender.receiver.receive(one)
    assert refusal(sender.receiver, other) == "sequence.forked"


def test_an_envelope_that_names_another_past_breaks_the_chain(sender: MadeSender) -> None:
    sender.receiver.receive(sender.send())
    wrong = sender.identity_of(b"another envelope")
    assert refusal(sender.receiver, sender.make(b"x", sender.header(previous=wrong))) == "chain.broken"
    assert refusal(sender.receiver, sender.make(b"x", sender.header(previous=None))) == "chain.broken"


def test_a_failing_delivery_leaves_nothing_taken(dual: MadeSender) -> None:
    data = dual.send(b"content")

    def fail(_: Opened) -> None:
        raise BlockingIOError

    with pytest.raises(BlockingIOError):
        dual.receiver.receive(data, fail)
    assert standing(dual.receiver) == (1, [])
    seen: list[bytes] = []
    dual.receiver.receive(data, lambda opened: seen.append(opened.content))
    assert seen == [b"content"]


def test_a_dual_envelope_opens_by_either_key_alone(dual: MadeSender) -> None:
    data = dual.send(b"content")
    whole = dual.identity.generations[0]
    for suite in ("intl", "sm"):
        kept = {name: key for name, key in whole.private.items() if name == (suite, "seal") or name[1] == "sign"}
        half = Receiver(Identity("hq-crm", 3, (Generation(whole.public, kept),)), State(":memory:"))
        half.trust(dual.bundle(), fingerprint(dual.bundle()))
        assert half.receive(data).content == b"content"


def test_a_dual_envelope_with_two_contents_is_refused(dual: MadeSender) -> None:
    assert refusal(dual.receiver, dual.make(b"content", differ=True)) == "content.differs"


def test_both_signatures_of_a_dual_envelope_must_hold(dual: MadeSender) -> None:
    data = dual.send()
    stranger = MadeSender(3)
    unsigned = data[:-128]
    for good in ("intl", "sm"):
        dual_sender = MadeSender(3, private=dict(dual.private))
        dual_sender.private = {s: (dual if s == good else stranger).private[s] for s in ("intl", "sm")}
        assert refusal(dual.receiver, unsigned + dual_sender.sign(unsigned)) == "signature.wrong"


def test_a_weaker_profile_than_agreed_is_refused(dual: MadeSender) -> None:
    weaker = MadeSender(1)
    weaker.identity = dual.identity
    assert refusal(dual.receiver, weaker.make(b"x", weaker.header())) == "parties.profile"


def test_the_other_writing_of_an_ecdsa_signature_is_refused() -> None:
    sender = MadeSender(1)
    data = sender.send()
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    mirrored = order - int.from_bytes(data[-32:], "big")
    assert refusal(sender.receiver, data[:-32] + mirrored.to_bytes(32, "big")) == "signature.wrong"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"recipient": "somebody"}, "parties.recipient"),
        ({"sender": "other.example.cn/trail/h1"}, "parties.sender"),
        ({"recipient_keys": ["0" * 16]}, "keys.recipient"),
        ({"sender_keys": ["0" * 16]}, "keys.sender"),
        ({"sequence": 0}, "layout.header"),
        ({"sequence": True}, "layout.header"),
        ({"sequence": 1.0}, "layout.header"),
        ({"sequence": 2**53}, "layout.header"),
        ({"gzip": 1}, "layout.header"),
        ({"gzip": False}, None),
        ({"content_type": "text/html\n"}, "layout.header"),
        ({"sealed_at": "yesterday"}, "layout.header"),
        ({"previous": "md5:00"}, "layout.header"),
        ({"previous": "sha256:" + "0" * 64}, "chain.broken"),
        ({"extra": 1}, "layout.header"),
        ({"introduces": [{}]}, "layout.header"),
        ({"trail": {}}, "layout.header"),
        ({"sender_keys": []}, "layout.header"),
    ],
)
def test_a_signed_header_is_read_strictly(changed: dict[str, object], code: str | None) -> None:
    sender = MadeSender(1)
    data = sender.make(b"content", sender.header(**changed))
    if code is None:
        assert sender.receiver.receive(data).content == b"content"
    else:
        assert refusal(sender.receiver, data) == code


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda text: text.replace(b'"gzip":true', b'"gzip":true,"gzip":true'),
        lambda text: text.replace(b",", b", ", 1),
        lambda text: text + b" ",
        lambda text: text.replace(b'"gzip"', b'"\\u0067zip"'),
        lambda text: b'{"sequence":1,' + text[1:].replace(b'"sequence":1,', b""),
    ],
)
def test_a_header_has_one_writing(rewrite) -> None:
    sender = MadeSender(1)
    text = rewrite(canonical(sender.header()))
    assert refusal(sender.receiver, sender.make(b"content", text)) == "layout.not_canonical"


@pytest.mark.parametrize("text", [b"", b"[]", b"null", b"{", b"\xff", b"[" * 50_000, b'{"gzip":true}'])
def test_a_header_that_is_none_is_refused(text: bytes) -> None:
    sender = MadeSender(1)
    data = b"YMNE\x01\x01" + len(text).to_bytes(4, "big") + text + b"\0\0\0\0\0\0"
    assert refusal(sender.receiver, data + b"\0" * 64) in {"layout.header", "layout.not_canonical"}


def test_a_content_that_swells_without_bound_is_refused() -> None:
    sender = MadeSender(1)
    assert refusal(sender.receiver, sender.make(b"\0" * (9 * 1024 * 1024))) == "content.long"


def test_what_was_refused_is_written_down(dual: MadeSender) -> None:
    data = dual.send()
    refusal(dual.receiver, data[:-1])
    refusal(dual.receiver, data[:-1] + b"\0")
    assert dual.receiver.state.refusals().keys() <= {"layout.length", "signature.wrong"}
    assert sum(dual.receiver.state.refusals().values()) == 2


def test_a_bundle_is_pinned_only_with_its_fingerprint(dual: MadeSender) -> None:
    with pytest.raises(RefusedError, match=r"bundle\.fingerprint"):
        dual.receiver.trust(dual.bundle(), "0" * 64)
    for bad in (b"{}", b"x", MadeSender(1).bundle(), dual.bundle().replace(b":1}", b":2}")):
        with pytest.raises(RefusedError, match=r"bundle\.unfit"):
            dual.receiver.trust(bad, fingerprint(bad))


def test_nobody_goes_on_without_a_named_gap(dual: MadeSender) -> None:
    dual.receiver.receive(dual.send())
    with pytest.raises(RefusedError, match=r"sequence\.no_gap"):
        dual.receiver.accept_gap(SENDER, 1, "no reason")
    with pytest.raises(RefusedError, match=r"parties\.sender"):
        dual.receiver.accept_gap("somebody", 1, "no reason")


def test_what_was_given_up_is_not_taken_later(dual: MadeSender) -> None:
    lost, kept = dual.send(b"lost"), dual.send(b"kept")
    dual.receiver.accept_gap(SENDER, 1, "agreed")
    assert dual.receiver.receive(kept).content == b"kept"
    assert refusal(dual.receiver, lost) == "sequence.given_up"


def test_a_new_key_of_the_sender_must_vouch_for_itself(sender: MadeSender) -> None:
    from receiver.tests.made_sender import SUITES, b64

    suite = sender.suites[0]
    new = SUITES[suite].new_private()
    key = SUITES[suite].public_of(new)
    told = b"yumen-sender-key-1 " + suite.encode() + b"\0" + SENDER.encode() + b"\0" + key
    for signature in (SUITES[suite].sign(sender.private[suite], told), SUITES[suite].sign(new, told + b"!")):
        introduced = [{"suite": suite, "key": b64(key), "signature": b64(signature)}]
        data = sender.make(b"x", sender.header(introduces=introduced))
        assert refusal(sender.receiver, data) == "keys.introduction"
    good = [{"suite": suite, "key": b64(key), "signature": b64(SUITES[suite].sign(new, told))}]
    sender.receiver.receive(sender.send(introduces=good))
    assert refusal(sender.receiver, sender.make(b"by the old key")) == "keys.sender"
    sender.private[suite] = new
    assert sender.receiver.receive(sender.send(b"by the new key")).content == b"by the new key"


def test_another_process_goes_on_where_this_one_stopped(dual: MadeSender, tmp_path) -> None:
    file = tmp_path / "receiver.db"
    first = Receiver(dual.identity, State(file))
    first.trust(dual.bundle(), fingerprint(dual.bundle()))
    data = dual.send()
    receipt = first.receive(data).receipt
    second = Receiver(dual.identity, State(file))
    with pytest.raises(RefusedError) as refused:
        second.receive(data)
    assert refused.value.receipt == receipt
    assert second.receive(dual.send(b"next")).content == b"next"


def test_sm2_points_off_the_curve_are_no_keys() -> None:
    key = sm.public_of(sm.new_private())
    assert sm.is_public(key)
    assert not sm.is_public(key[:-1] + bytes((key[-1] ^ 1,)))
    assert not sm.is_public(key[:-1])
