"""Recipients are found by handler and contract; as many calls at once as both sides bear."""

from __future__ import annotations

from tests.stories.gateway.recipient import FakeRecipient
from yumen.gateway.gate import Recipient, Recipients, gateway_actor
from yumen.kit.ids import HandlerId


def recipient(handler: int, contract: str, most: int = 8, theirs: int = 4) -> Recipient:
    return Recipient(HandlerId(handler), contract, FakeRecipient(connections_max=theirs), connections_max=most)


def test_found_by_handler_and_contract() -> None:
    one, other = recipient(1, "crm"), recipient(2, "crm")
    known = Recipients([one, other])
    assert known.find(HandlerId(2), "crm") is other
    assert known.find(HandlerId(2), "shop") is None
    assert known.of(HandlerId(1)) == [one]
    assert known.all() == [one, other]


def test_calls_at_once_are_bounded_by_both_sides() -> None:
    assert recipient(1, "crm", most=2, theirs=9).at_once == 2
    assert recipient(1, "crm", most=9, theirs=3).at_once == 3


def test_no_secret_in_its_text() -> None:
    shown = repr(Recipient(HandlerId(1), "crm", FakeRecipient(), b"pepper"))
    assert "pepper" not in shown


def test_who_acts() -> None:
    assert gateway_actor(HandlerId(3)).handler == 3
