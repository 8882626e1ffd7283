"""The verdict: whatever the facts, more persons never loosen it, a consent less never opens it, an Allow is earned."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.border.samples import NUMBER_LINE, filed, filing, line, person, unchecked
from yumen.border.contract import Group
from yumen.border.policy import Counted, full, judge, prepare
from yumen.border.standing import (
    CHILD,
    ERASED,
    EXPORT_BIT,
    FROM_ABROAD,
    MINOR,
    OBJECTED,
    PARTY,
    PURPOSE_BITS,
    TOLD,
    Mechanisms,
    Standing,
    groups,
)
from yumen.border.verdict import Allow, Counter, Hold, severity

CONTRACTS = [
    unchecked(),
    unchecked(mechanism=filed("standard_contract")),
    unchecked(mechanism=filed("assessment"), lines=[NUMBER_LINE, line("member.detail.skin", "Skin")]),
    unchecked(mechanism=filed("certification"), subjects={"minors": "all"}),
    unchecked(
        mechanism={"exemption": "contract_necessity", "performed_abroad": True}, basis="contract", purpose="sale"
    ),
    unchecked(mechanism={"exemption": "zone_list", "zone": "guangxi", "filing": "F-1"}),
    unchecked(mechanism={"exemption": "round_trip"}, subjects={"minors": "from_14"}),
    unchecked(recipient={"country": "CN"}, mechanism={"kind": "domestic", "exemption": None}),
    unchecked(recipient={"role": "authority"}),
]
FILINGS = [
    filing("standard_contract"),
    filing("certification"),
    filing("assessment", general_max=2_000_000, sensitive_max=50_000),
    filing("zone_list", zone="guangxi"),
]

contracts = st.sampled_from(CONTRACTS)
days = st.dates(date(2021, 1, 1), date(2034, 12, 31))
mechanisms = st.builds(
    Mechanisms,
    filings=st.lists(st.sampled_from(FILINGS), unique_by=lambda one: one.id).map(tuple),
    critical=st.booleans(),
    persons_held=st.sampled_from([0, 999_999, 1_000_000]),
    barred=st.sampled_from([frozenset(), frozenset({"hq"})]),
)
people = st.builds(
    Standing,
    subject=st.just(7),
    groups=st.integers(0, 7),
    consents=st.integers(0, 2 ** len(PURPOSE_BITS) - 1),
    facts=st.one_of(st.integers(0, 511), st.sampled_from([TOLD, TOLD | PARTY, TOLD | FROM_ABROAD])),
)
numbers = st.one_of(st.integers(0, 5), st.sampled_from([9_998, 9_999, 99_998, 99_999, 999_998, 999_999, 3_000_000]))
counted = st.builds(
    Counted, numbers, numbers, numbers, st.sampled_from([Counter(0), Counter.GENERAL, Counter.SENSITIVE])
)


@given(contracts, people, mechanisms, days, counted, st.integers(0, 2), st.integers(1, 1_000_000))
def test_more_persons_never_loosen_a_verdict(
    contract: Any, who: Standing, have: Mechanisms, on: date, before: Counted, which: int, more: int
) -> None:
    numbers = [before.general, before.sensitive, before.zone]
    numbers[which] += more
    after = Counted(*numbers, before.already)
    assert severity(judge(contract, who, have, on, after)) >= severity(judge(contract, who, have, on, before))


@given(contracts, people, mechanisms, days, st.sampled_from(sorted(PURPOSE_BITS.values())))
def test_a_consent_less_never_loosens_a_verdict(
    contract: Any, who: Standing, have: Mechanisms, on: date, bit: int
) -> None:
    less = msgspec.structs.replace(who, consents=who.consents & ~bit)
    assert severity(judge(contract, less, have, on)) >= severity(judge(contract, who, have, on))


@given(contracts, people, mechanisms, days)
def test_a_filing_less_never_loosens_a_verdict(contract: Any, who: Standing, have: Mechanisms, on: date) -> None:
    none = msgspec.structs.replace(have, filings=())
    assert severity(judge(contract, who, none, on)) >= severity(judge(contract, who, have, on))


@settings(max_examples=300)
@given(contracts, people, mechanisms, days)
def test_whoever_passes_has_earned_it(contract: Any, who: Standing, have: Mechanisms, on: date) -> None:
    verdict = judge(contract, who, have, on)
    if not isinstance(verdict, Allow):
        return
    draft = contract.draft
    assert on >= date(2021, 11, 1)
    assert not who.facts & ERASED
    assert not who.facts & OBJECTED
    assert "hq" not in have.barred
    assert draft.recipient.role != "authority"
    assert who.facts & TOLD or (draft.recipient.country == "CN" and draft.recipient.role == "processor")
    if draft.basis == "consent" and draft.recipient.country != "CN":
        assert who.consents & EXPORT_BIT
    if who.facts & (MINOR | CHILD):
        assert draft.subjects.minors != "none"
    if verdict.code == "export.small":
        assert on >= date(2024, 3, 22)
        assert not have.critical
        assert (verdict.room.general_max, verdict.room.sensitive_max) == (99_999, 0)
        assert verdict.counters is Counter.GENERAL


@given(contracts, mechanisms, days)
def test_the_answer_of_a_day_does_not_depend_on_the_days_asked_before(
    contract: Any, have: Mechanisms, on: date
) -> None:
    first = judge(contract, person(), have, on)
    judge(contract, person(), have, on + timedelta(days=400))
    assert judge(contract, person(), have, on) == first


def test_the_contract_half_is_judged_once_for_a_batch() -> None:
    ready = prepare(CONTRACTS[0], Mechanisms(), date(2026, 11, 25))
    verdicts = [ready.judge(person(subject=subject, facts=TOLD if subject % 2 == 0 else 0)) for subject in range(4)]
    assert [verdict.code for verdict in verdicts] == ["export.small", "export.notice_missing"] * 2


@given(contracts, people, mechanisms, days)
def test_the_quick_answer_is_the_close_one(contract: Any, who: Standing, have: Mechanisms, on: date) -> None:
    ready = prepare(contract, have, on)
    assert ready.judge(who) == ready.closely(who)


def test_only_the_lines_of_its_own_counters_hold_somebody() -> None:
    allowed = judge(CONTRACTS[0], person(), Mechanisms(), date(2026, 11, 25))
    assert isinstance(allowed, Allow)
    assert full(allowed, Counted(general=5, sensitive=10_000)) is None
    assert full(allowed, Counted(general=99_999)) == Hold("export.general_full", "order16_8")


GROUPS_ONLY = unchecked(
    lines=[line("member.card.points", "Points", "aggregate", group_min=10)], subjects={"minors": "from_14"}
)


@pytest.mark.parametrize(
    ("changed", "counts"),
    [
        ({}, True),
        ({"consents": 0, "facts": 0}, True),
        ({"facts": MINOR}, True),
        ({"facts": MINOR | CHILD}, False),
        ({"facts": OBJECTED}, False),
        ({"facts": ERASED}, False),
        ({"groups": groups([Group.CUSTOMERS])}, False),
    ],
)
def test_an_aggregate_counts_whom_its_contract_covers_and_asks_no_consent(
    changed: dict[str, Any], counts: bool
) -> None:
    prepared = prepare(GROUPS_ONLY, Mechanisms(), date(2026, 11, 25))
    assert prepared.counts(person(**changed)) is counts
