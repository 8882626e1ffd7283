"""The table of an order's life: nothing leaves it, nothing goes back, and each act has its actors."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.customer.orders import states
from yumen.customer.orders.states import MOVES, NOT_POSSIBLE, Act, Facts, State
from yumen.kit.errors import Problem
from yumen.kit.work import ActorKind

AT = datetime(2026, 11, 25, tzinfo=UTC)
NEW = Facts(State.AWAITING_PAYMENT, 0, 0, 0, None, None, None)


def act_on(facts: Facts, act: Act, fen: int) -> Facts:
    """What the stories do with moments and sums, then the table with the state."""
    match act:
        case Act.PAY:
            facts = replace(facts, paid_fen=100)
        case Act.PAY_LATE:
            facts = replace(facts, paid_fen=100, refund_asked_fen=100)
        case Act.SHIP:
            facts = replace(facts, shipped_at=AT)
        case Act.RECEIVE:
            facts = replace(facts, received_at=AT)
        case Act.COMPLETE:
            facts = replace(facts, completed_at=AT)
        case Act.ASK_REFUND:
            facts = replace(facts, refund_asked_fen=facts.refund_asked_fen + fen)
        case Act.END_REFUND:
            facts = replace(facts, refunded_fen=facts.refunded_fen + fen)
    return replace(facts, state=states.target(facts, act))


@given(st.lists(st.tuples(st.sampled_from(Act), st.sampled_from(ActorKind), st.integers(1, 100)), max_size=30))
def test_whatever_is_tried_the_order_stays_in_its_table(tries):
    facts, seen = NEW, [State.AWAITING_PAYMENT]
    for act, by, fen in tries:
        if act is Act.ASK_REFUND and facts.refund_asked_fen + fen > facts.paid_fen:
            continue
        if act is Act.END_REFUND and facts.refunded_fen + fen > facts.refund_asked_fen:
            continue
        before = facts
        try:
            states.check(facts, act, by)
        except Problem as refused:
            if refused.code is not NOT_POSSIBLE:
                raise
            continue
        facts = act_on(facts, act, fen)
        seen.append(facts.state)
        assert before.state in MOVES[act].sources
        assert facts.state in MOVES[act].targets
        assert by in MOVES[act].by
        assert facts.received_at is None or facts.shipped_at is not None
        assert facts.completed_at is None or facts.received_at is not None
        assert (facts.state is State.REFUNDED) == (facts.refunded_fen == facts.paid_fen > 0)
    assert State.PAID not in seen[seen.index(State.CANCELLED) :] if State.CANCELLED in seen else True


def test_every_state_can_be_reached_and_every_act_is_in_the_table():
    reachable = {State.AWAITING_PAYMENT}
    for _ in State:
        reachable |= {target for move in MOVES.values() if move.sources & reachable for target in move.targets}
    assert reachable == set(State)
    assert set(MOVES) == set(Act)


def test_only_the_system_takes_money_and_gives_it_back():
    assert MOVES[Act.END_REFUND].by == MOVES[Act.PAY_LATE].by == {ActorKind.SYSTEM}
    with pytest.raises(Problem):
        states.check(NEW, Act.PAY, ActorKind.STAFF)


def test_what_was_given_back_in_part_is_still_shipped_received_and_completed_once_each():
    facts = Facts(State.PARTIALLY_REFUNDED, 100, 30, 30, None, None, None)
    for act in (Act.SHIP, Act.RECEIVE, Act.COMPLETE):
        states.check(facts, act, ActorKind.STAFF if act is Act.SHIP else ActorKind.SYSTEM)
        facts = act_on(facts, act, 0)
        assert facts.state is State.PARTIALLY_REFUNDED
        with pytest.raises(Problem):
            states.check(facts, act, ActorKind.STAFF if act is Act.SHIP else ActorKind.SYSTEM)
