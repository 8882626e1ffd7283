"""What every connector promises when something goes wrong on the way. Each check meets one trouble."""

from __future__ import annotations

import asyncio
from typing import Final

from yumen.gateway.connectors.connector import Outcome
from yumen.gateway.connectors.kit.promises import Promise, among
from yumen.gateway.connectors.kit.trial import Trial, Trouble, hold, hold_done
from yumen.kit.errors import NotSent, Unsettled

TROUBLED: Final[list[Promise]] = []
promise = among(TROUBLED)


@promise
async def a_lost_answer_is_unsettled_and_reading_back_settles_it(trial: Trial) -> None:
    record = trial.record(1, 5)
    await trial.connector.send([trial.record(0)])
    await trial.trouble(Trouble.LOST)
    hold(isinstance(await trial.failure([record]), Unsettled), "a lost answer is not Unsettled")
    await trial.peace()
    if trial.connector.abilities.reads_back:
        (found,) = await trial.found(record.external_id)
        hold(found.present, "what was carried out is not found")
    hold_done(await trial.connector.send([record]), [record])


@promise
async def a_cut_line_does_not_claim_that_nothing_was_done(trial: Trial) -> None:
    await trial.connector.send([trial.record(0)])
    await trial.trouble(Trouble.CUT)
    hold(
        isinstance(await trial.failure([trial.record(1)]), Unsettled),
        "the request was on its way, and it says not sent",
    )
    await trial.peace()
    hold_done(await trial.connector.send([trial.record(1)]), [trial.record(1)])


@promise
async def an_answer_that_cannot_be_read_settles_nothing(trial: Trial) -> None:
    await _settles_nothing(trial, Trouble.NONSENSE)


@promise
async def an_answer_with_a_record_too_few_settles_nothing(trial: Trial) -> None:
    await _settles_nothing(trial, Trouble.MISCOUNTED)


@promise
async def an_answer_of_tens_of_megabytes_settles_nothing(trial: Trial) -> None:
    await _settles_nothing(trial, Trouble.HUGE)


@promise
async def nobody_follows_a_redirect(trial: Trial) -> None:
    await _settles_nothing(trial, Trouble.REDIRECTED)


@promise
async def a_throttled_call_is_not_sent(trial: Trial) -> None:
    await trial.connector.send([trial.record(0)])
    await trial.trouble(Trouble.THROTTLED)
    hold(isinstance(await trial.failure([trial.record(1)]), NotSent), "a throttled call is not NotSent")
    await trial.peace()
    await asyncio.sleep(trial.wait_s)
    hold_done(await trial.connector.send([trial.record(1)]), [trial.record(1)])


@promise
async def a_dead_session_is_renewed_within_the_call(trial: Trial) -> None:
    await trial.connector.send([trial.record(0)])
    await trial.trouble(Trouble.EXPIRED)
    records = trial.records(2)
    hold_done(await trial.connector.send(records), records)
    await trial.peace()


@promise
async def a_locked_record_is_tried_again(trial: Trial) -> None:
    """As a refusal of that record, or of the whole call: it must not become a case for people."""
    await trial.trouble(Trouble.LOCKED)
    records = trial.records(2)
    try:
        settled = await trial.connector.send(records)
    except NotSent:
        settled = []
    hold(all(one.outcome in {Outcome.DONE, Outcome.RETRY} for one in settled), "a lock became a refusal for ever")
    await trial.peace()
    hold_done(await trial.connector.send(records), records)


async def _settles_nothing(trial: Trial, trouble: Trouble) -> None:
    records = trial.records(3)
    await trial.trouble(trouble)
    hold(isinstance(await trial.failure(records), Unsettled), f"{trouble}: not Unsettled")
    await trial.peace()
    hold_done(await trial.connector.send(records), records)
