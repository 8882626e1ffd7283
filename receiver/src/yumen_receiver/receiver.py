"""Open an envelope, or say why not: signatures, place in the chain, content, proof of the trail; then countersign.

    receiver = Receiver(identity, State("receiver.db"))
    opened = receiver.receive(data, deliver=book)   # `book` runs before anything is written down; if it fails, so do we
    answer(200, opened.receipt)

An envelope is taken once and in its order. Whatever is refused is named by a code, written down and countersigned by
nobody.
"""

from __future__ import annotations

import gzip
import io
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from yumen_receiver import sm
from yumen_receiver import trail as trails
from yumen_receiver.keys import Generation, Identity, is_fingerprint, key_id, read_sender
from yumen_receiver.layout import CONTENT_MAX, RECEIPT, SUITES, VERSION, Parts, canonical, take_apart
from yumen_receiver.refusal import RefusedError
from yumen_receiver.state import Sender, State

ENVELOPE_FORM: Final = b"yumen-envelope-1 "
RECEIPT_FORM: Final = b"yumen-receipt-1 "
INTRODUCTION: Final = b"yumen-sender-key-1 "
GAP_MAX: Final = 1_000_000
_NONE: Final[tuple[int, ...]] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """What came. `proved` are earlier envelopes whose leaves this one proved to be in the trail of that size."""

    sender: str
    sequence: int
    content_type: str
    content: bytes = field(repr=False)
    sealed_at: str
    identity: str
    receipt: bytes = field(repr=False)
    proved: tuple[int, ...]
    trail_size: int


def _nothing(_: Opened) -> None:
    return


class Receiver:
    """One recipient. Safe to be used by several threads; several processes may share the state's file."""

    def __init__(
        self, identity: Identity, state: State, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._identity = identity
        self.state = state
        self._now = now
        self._lock = threading.Lock()

    def trust(self, bundle: bytes, told: str) -> str:
        """Pin a sender's bundle whose fingerprint was told by another way; answers the sender's name.

        Raises RefusedError `bundle.fingerprint`, `bundle.unfit`.
        """
        if not is_fingerprint(bundle, told):
            raise RefusedError("bundle.fingerprint")
        sender = read_sender(bundle, self._identity.profile)
        keys = {suite: (key_id(suite, sender.keys[suite]), sender.keys[suite]) for suite in self._identity.suites}
        with self._lock, self.state.act():
            self.state.pin(sender.sender, keys, trails.begin(sender.trail), self._at())
        return sender.sender

    def receive(self, data: bytes, deliver: Callable[[Opened], None] = _nothing) -> Opened:
        """Take an envelope. `deliver` gets it before it is written down; what it raises undoes the taking.

        Raises RefusedError; a replay carries the receipt that was given for it.
        """
        parts = None
        with self._lock:
            try:
                parts = take_apart(data)
                with self.state.act():
                    opened = self._take(parts)
                    deliver(opened)
                    return opened
            except RefusedError as refused:
                self._write_down(parts, refused)
                raise

    def accept_gap(self, sender: str, last: int, reason: str) -> None:
        """Go on after `last`, although what is missing never came: agreed with the sender's people.

        Raises RefusedError `parties.sender`, `sequence.no_gap`.
        """
        with self._lock, self.state.act():
            known = self.state.sender(sender)
            if known is None:
                raise RefusedError("parties.sender")
            if not known.next <= last < known.next + GAP_MAX:
                raise RefusedError("sequence.no_gap", first=known.next, last=last)
            self.state.see_gap(sender, known.next, last, self._at())
            self.state.accept_gap(sender, last, self._at(), reason)

    def _take(self, parts: Parts) -> Opened:
        header = parts.header
        sender, generation = self._parties(parts)
        self._check_signatures(parts)
        self._check_place(parts, sender)
        content = self._open(parts, generation)
        trail, proved = sender.trail, _NONE
        if header.trail is not None:
            trail, proved = trails.advance(
                sender.trail, header.trail, lambda n: _second(self.state.taken(sender.name, n)), header.recipient,
                torn=sender.torn,
            )  # fmt: skip
        self._check_introductions(parts)
        receipt = self._countersign(parts, generation, trail.size)
        self.state.take(
            sender.name,
            header.sequence,
            parts.identity,
            sm.digest(parts.unsigned),
            header.sealed_at,
            self._at(),
            receipt,
        )
        self.state.see_trail(sender.name, trail, proved, header.sequence)
        for new in header.introduces:
            self.state.take_up(sender.name, new.suite, key_id(new.suite, new.key), new.key, header.sequence + 1)
        return Opened(
            sender.name, header.sequence, header.content_type, content, header.sealed_at, parts.identity, receipt,
            proved, trail.size,
        )  # fmt: skip

    def _parties(self, parts: Parts) -> tuple[Sender, Generation]:
        header = parts.header
        if parts.suites != self._identity.suites:
            raise RefusedError("parties.profile", profile="+".join(parts.suites))
        if header.recipient != self._identity.recipient:
            raise RefusedError("parties.recipient")
        sender = self.state.sender(header.sender)
        if sender is None:
            raise RefusedError("parties.sender")
        generation = self._identity.generation(header.recipient_keys)
        if generation is None:
            raise RefusedError("keys.recipient", keys=" ".join(header.recipient_keys))
        return sender, generation

    def _check_signatures(self, parts: Parts) -> None:
        """Every suite's signature, by a key that was in office for that sequence."""
        header = parts.header
        for suite, named in zip(parts.suites, header.sender_keys, strict=True):
            key = self.state.key_at(header.sender, suite, named, header.sequence)
            if key is None:
                raise RefusedError("keys.sender", suite=suite, key=named)
            message = ENVELOPE_FORM + suite.encode() + b"\0" + parts.unsigned
            if not SUITES[suite].signed_by(key, message, parts.signatures[suite]):
                raise RefusedError("signature.wrong", suite=suite)

    def _check_place(self, parts: Parts, sender: Sender) -> None:
        """In its order, once, after the one it names."""
        sequence = parts.header.sequence
        if sequence < sender.next:
            taken = self.state.taken(sender.name, sequence)
            if taken is None:
                raise RefusedError("sequence.given_up", sequence=sequence)
            if taken[0] == parts.identity:
                raise RefusedError("sequence.replayed", receipt=taken[2], sequence=sequence)
            raise RefusedError("sequence.forked", sequence=sequence)
        if sequence > sender.next:
            raise RefusedError("sequence.gap", first=sender.next, last=sequence - 1, sequence=sequence)
        if not sender.torn and parts.header.previous != sender.previous:
            raise RefusedError("chain.broken", sequence=sequence)

    def _open(self, parts: Parts, generation: Generation) -> bytes:
        """By every private key we hold; what two suites give must be the same."""
        found = []
        for suite in parts.suites:
            private = generation.private.get((suite, "seal"))
            if private is not None:
                plain = SUITES[suite].unseal(private, *parts.sealed[suite], parts.prologue)
                if plain is None:
                    raise RefusedError("content.sealed", suite=suite)
                found.append(plain)
        if not found:
            raise RefusedError("keys.absent")
        if any(plain != found[0] for plain in found):
            raise RefusedError("content.differs")
        return _unpacked(found[0]) if parts.header.gzip else found[0]

    def _check_introductions(self, parts: Parts) -> None:
        """A new key of the sender signs that it is one; the envelope around it is signed by the old."""
        for new in parts.header.introduces:
            message = INTRODUCTION + new.suite.encode() + b"\0" + parts.header.sender.encode() + b"\0" + new.key
            suite = SUITES[new.suite]
            if new.suite not in parts.suites or not suite.is_public(new.key):
                raise RefusedError("keys.introduction", suite=new.suite)
            if not suite.signed_by(new.key, message, new.signature):
                raise RefusedError("keys.introduction", suite=new.suite)

    def _countersign(self, parts: Parts, generation: Generation, trail_size: int) -> bytes:
        header, suites = parts.header, parts.suites
        body = canonical(
            {
                "envelope": parts.identity,
                "received_at": self._at(),
                "recipient": header.recipient,
                "recipient_keys": list(generation.ids(suites, "sign")),
                "sender": header.sender,
                "sequence": header.sequence,
                "trail_size": trail_size,
            }
        )
        unsigned = RECEIPT + bytes((VERSION, self._identity.profile)) + len(body).to_bytes(4, "big") + body
        signatures = [
            SUITES[suite].sign(generation.private[suite, "sign"], RECEIPT_FORM + suite.encode() + b"\0" + unsigned)
            for suite in suites
        ]
        return unsigned + b"".join(signatures)

    def _write_down(self, parts: Parts | None, refused: RefusedError) -> None:
        """A gap is believed only after the signatures were: they come first."""
        sender = None if parts is None else parts.header.sender
        sequence = None if parts is None else parts.header.sequence
        with self.state.act():
            self.state.refuse(sender, sequence, refused.code, refused.facts, self._at())
            if refused.code == "sequence.gap" and sender is not None:
                self.state.see_gap(sender, int(refused.facts["first"]), int(refused.facts["last"]), self._at())

    def _at(self) -> str:
        return self._now().isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _second(taken: tuple[str, bytes, bytes] | None) -> bytes | None:
    return None if taken is None else taken[1]


def _unpacked(plain: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(plain)) as packed:
            content = packed.read(CONTENT_MAX + 1)
    except (OSError, EOFError, ValueError, zlib.error) as wrong:
        raise RefusedError("content.packed") from wrong
    if len(content) > CONTENT_MAX:
        raise RefusedError("content.long", bytes_max=CONTENT_MAX)
    return content
