"""A connector that keeps its promises conforms; each way of breaking one is found."""

import pytest

from yumen.gateway.connectors.kit import ALL, Trial, Verdict, conform
from yumen.kit.i18n import LANGUAGES, has_text


async def test_a_connector_that_keeps_every_promise_conforms(make_trial):
    report = await conform(make_trial())
    assert [(one.promise, one.why) for one in report.findings if one.verdict is not Verdict.KEPT] == []
    assert report.conforms
    assert len(report.findings) == len(ALL) >= 25


@pytest.mark.parametrize(
    ("fault", "promise"),
    [
        ("weakest_first", "abilities_make_sense"),
        ("fields_twice", "the_recipient_describes_itself"),
        ("unordered", "answers_keep_the_order_of_the_records"),
        ("takes_too_many", "too_many_are_refused_before_they_are_sent"),
        ("doubles", "sending_twice_is_sending_once"),
        ("swaps", "a_person_comes_once_in_a_call"),
        ("one_takes_all", "one_bad_record_takes_no_other_with_it"),
        ("echoes", "one_bad_record_takes_no_other_with_it"),
        ("forgets", "what_arrived_is_read_back"),
        ("forgets", "a_later_version_replaces_an_earlier_one"),
        ("questions_unordered", "questions_are_answered_in_order_and_in_any_number"),
        ("keeps", "a_person_taken_back_is_gone"),
        ("absent_is_a_fault", "taking_back_whoever_is_not_there_is_done"),
        ("silent_about_absent", "taking_back_whoever_is_not_there_is_done"),
        ("absent_is_a_fault", "taking_back_twice_is_done_twice"),
        ("one_takes_all", "masses_go_like_single_calls"),
        ("budget", "the_budget_is_never_below_nothing"),
        ("unordered", "a_full_call_is_taken"),
        ("optimist", "a_lost_answer_is_unsettled_and_reading_back_settles_it"),
        ("claims_not_sent", "a_cut_line_does_not_claim_that_nothing_was_done"),
        ("tells_value", "an_answer_that_cannot_be_read_settles_nothing"),
        ("optimist", "an_answer_with_a_record_too_few_settles_nothing"),
        ("optimist", "an_answer_of_tens_of_megabytes_settles_nothing"),
        ("optimist", "nobody_follows_a_redirect"),
        ("throttle", "a_throttled_call_is_not_sent"),
        ("session", "a_dead_session_is_renewed_within_the_call"),
        ("lock", "a_locked_record_is_tried_again"),
    ],
)
async def test_each_broken_promise_is_found(make_trial, fault, promise):
    report = await conform(make_trial(fault))
    assert not report.conforms
    assert promise in {one.promise for one in report.findings if one.verdict is Verdict.BROKEN}


async def test_what_cannot_be_shown_is_told_apart_from_what_is_kept(make_trial):
    trial = make_trial(spoils=False, reads_back=False, keeps_version=False, bulk_from=None)
    report = await conform(Trial(trial.connector, trial.values))
    assert report.conforms
    untried = {one.promise for one in report.findings if one.verdict is Verdict.UNTRIED}
    assert {"what_arrived_is_read_back", "masses_go_like_single_calls", "nobody_follows_a_redirect"} <= untried


async def test_a_report_reads_in_both_languages(make_trial):
    report = await conform(make_trial("budget"))
    assert "BROKEN  The budget of calls makes sense (more calls left than there are)" in report.as_text("en")
    assert "未遵守  调用额度的说明合理" in report.as_text("zh")
    assert len(report.as_text("zh").splitlines()) == len(ALL)


def test_every_promise_and_verdict_has_its_sentence():
    assert [one.name for one in ALL if not has_text(f"connector.promise.{one.name}")] == []
    assert [one for one in Verdict if not has_text(f"connector.verdict.{one}")] == []
    assert len(LANGUAGES) == 2
