"""What every connector promises, each promise a check that anybody can run. The order is that of a first reading.

Each gets persons of its own, leaves them behind, and raises Broken or Untried.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from yumen.gateway.connectors.connector import ABSENT, Outcome, RecallWay
from yumen.gateway.connectors.kit.trial import Trial, Untried, hold, hold_done, hold_in_order, leaks
from yumen.kit.errors import Rejected

ENOUGH: Final = 12


@dataclass(frozen=True, slots=True)
class Promise:
    """`name` has its sentence under `connector.promise.<name>`."""

    name: str
    check: Callable[[Trial], Awaitable[None]]


Check = Callable[[Trial], Awaitable[None]]
ORDINARY: Final[list[Promise]] = []


def among(promises: list[Promise]) -> Callable[[Check], Check]:
    """Put the check that follows among these."""

    def put(check: Check) -> Check:
        promises.append(Promise(check.__name__, check))
        return check

    return put


promise = among(ORDINARY)


@promise
async def abilities_make_sense(trial: Trial) -> None:
    able = trial.connector.abilities
    hold(able.batch_max >= 1 and able.connections_max >= 1, "no call fits")
    hold(able.bulk_from is None or able.bulk_from > able.batch_max, "the way for masses begins below one call")
    hold(list(able.recall) == [way for way in RecallWay if way in able.recall], "ways of recall: the strongest first")


@promise
async def the_recipient_describes_itself(trial: Trial) -> None:
    told = await trial.connector.describe()
    names = [field.name for field in told.fields]
    hold(bool(told.object) and bool(names), "no object or no fields")
    hold(len(set(names)) == len(names), "a field is described twice")


@promise
async def answers_keep_the_order_of_the_records(trial: Trial) -> None:
    records = trial.records(min(ENOUGH, trial.connector.abilities.batch_max))[::-1]
    hold_done(await trial.connector.send(records), records)


@promise
async def a_full_call_is_taken(trial: Trial) -> None:
    records = trial.records(trial.connector.abilities.batch_max)
    hold_done(await trial.connector.send(records), records)


@promise
async def nobody_is_no_fault(trial: Trial) -> None:
    hold(await trial.connector.send([]) == [], "an answer about nobody")
    for way in trial.connector.abilities.recall:
        hold(await trial.connector.recall([], way) == [], "an answer about nobody")


@promise
async def too_many_are_refused_before_they_are_sent(trial: Trial) -> None:
    records = trial.records(trial.connector.abilities.batch_max + 1)
    failure = await trial.failure(records)
    hold(isinstance(failure, Rejected), "too large a call is not Rejected")
    if trial.connector.abilities.reads_back:
        hold(not (await trial.found(records[0].external_id))[0].present, "part of a refused call arrived")


@promise
async def sending_twice_is_sending_once(trial: Trial) -> None:
    records = trial.records(3)
    first = await trial.connector.send(records)
    second = await trial.connector.send(records)
    hold_done(second, records)
    hold([one.remote_id for one in first] == [one.remote_id for one in second], "the second time made another record")


@promise
async def a_person_comes_once_in_a_call(trial: Trial) -> None:
    records = [trial.record(1, 1), trial.record(2, 1), trial.record(1, 2)]
    settled = await trial.connector.send(records)
    hold_in_order(settled, records)
    first, other, second = settled
    hold(first.outcome is Outcome.DONE and other.outcome is Outcome.DONE, "a good record was not done")
    hold(second.outcome in {Outcome.DONE, Outcome.RETRY}, "the second record of a person was refused for ever")
    if trial.connector.abilities.keeps_version:
        (found, *_) = await trial.found(first.external_id)
        hold(found.version == (2 if second.outcome is Outcome.DONE else 1), "the records of a person were swapped")


@promise
async def one_bad_record_takes_no_other_with_it(trial: Trial) -> None:
    records = [trial.record(1), trial.spoilt(2), trial.record(3)]
    settled = await trial.connector.send(records)
    hold_in_order(settled, records)
    hold([one.outcome for one in settled] == ["done", "rejected", "done"], "good and bad were not told apart")
    hold(bool(settled[1].code), "a refusal without a code")
    hold(not leaks(settled[1], records), "a refusal tells a person's value")


@promise
async def what_arrived_is_read_back(trial: Trial) -> None:
    record = trial.record(1, 7)
    await trial.connector.send([record])
    (found,) = await trial.found(record.external_id)
    hold(found.present, "what was done is not there")
    if trial.connector.abilities.keeps_version:
        hold(found.version == 7, "another version than was sent")


@promise
async def a_later_version_replaces_an_earlier_one(trial: Trial) -> None:
    if not trial.connector.abilities.keeps_version:
        raise Untried
    for version in (1, 2):
        await trial.connector.send([trial.record(1, version)])
    (found,) = await trial.found(trial.record(1).external_id)
    hold(found.version == 2, "the earlier version stayed")


@promise
async def questions_are_answered_in_order_and_in_any_number(trial: Trial) -> None:
    batch_max = trial.connector.abilities.batch_max
    there = trial.record(batch_max)
    await trial.connector.send([there])
    names = [trial.record(number).external_id for number in range(2 * batch_max + 1)]
    found = await trial.found(*names)
    hold([one.external_id for one in found] == names, "answers in another order")
    hold([one.external_id for one in found if one.present] == [there.external_id], "presence is wrong")


@promise
async def a_person_taken_back_is_gone(trial: Trial) -> None:
    for way in trial.connector.abilities.recall:
        mine = trial.again()
        records = mine.records(3)
        await mine.connector.send(records)
        names = [record.external_id for record in records[:2]]
        told = await mine.connector.recall(names, way)
        hold([one.external_id for one in told] == names, "answers in another order")
        hold(all(one.outcome is Outcome.DONE for one in told), "somebody was not taken back")
        if not mine.connector.abilities.reads_back:
            continue
        found = await mine.found(*(record.external_id for record in records))
        stays = way is RecallWay.SUPPRESS
        hold([one.present for one in found] == [stays, stays, True], "not exactly those were taken back")


@promise
async def taking_back_whoever_is_not_there_is_done(trial: Trial) -> None:
    for way in trial.connector.abilities.recall:
        told = await trial.connector.recall([trial.record(404).external_id], way)
        hold([one.outcome for one in told] == [Outcome.DONE], "the absent could not be taken back")
        hold(told[0].code == ABSENT or not trial.connector.abilities.reads_back, "nobody said that nobody was there")


@promise
async def taking_back_twice_is_done_twice(trial: Trial) -> None:
    for way in trial.connector.abilities.recall:
        mine = trial.again()
        record = mine.record(1)
        await mine.connector.send([record])
        for _ in range(2):
            (told,) = await mine.connector.recall([record.external_id], way)
            hold(told.outcome is Outcome.DONE, "the second time failed")


@promise
async def masses_go_like_single_calls(trial: Trial) -> None:
    able = trial.connector.abilities
    if able.bulk_from is None:
        raise Untried
    records = trial.records(able.bulk_from)[::-1]
    if trial.spoil is not None:
        records[1] = trial.spoilt(able.bulk_from + 1)
    settled = await trial.connector.send_bulk(records)
    hold_in_order(settled, records)
    refused = [one for one in settled if one.outcome is not Outcome.DONE]
    hold(len(refused) == (trial.spoil is not None), "good and bad were not told apart")
    hold(not any(leaks(one, records) for one in refused), "a refusal tells a person's value")


@promise
async def the_budget_is_never_below_nothing(trial: Trial) -> None:
    budget = await trial.connector.budget()
    hold(budget.calls_left is None or budget.calls_left >= 0, "fewer calls left than none")
    if budget.calls_left is not None and budget.calls_max is not None:
        hold(budget.calls_left <= budget.calls_max, "more calls left than there are")


@promise
async def as_many_calls_at_once_as_promised(trial: Trial) -> None:
    batches = [[trial.record(number)] for number in range(trial.connector.abilities.connections_max)]
    answers = await asyncio.gather(*(trial.connector.send(records) for records in batches))
    for settled, records in zip(answers, batches, strict=True):
        hold_done(settled, records)
