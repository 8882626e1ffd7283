"""Every event of orders that somebody has to act on has its job, and the clock runs the rest."""

from datetime import UTC, date, datetime

from yumen.customer.orders import duties, late, reconciliation, refund_sending
from yumen.kit.errors import NotSent, Rejected
from yumen.kit.events import Bus
from yumen.kit.jobs import Jobs


async def alarm(uow, code, place):
    raise AssertionError("nothing runs here")


def test_the_jobs_are_known_once_each():
    jobs = Jobs()
    duties.register(jobs, Bus(jobs), alarm)
    assert {name for name, job in jobs.known.items() if job.cron} == {
        duties.SWEEP,
        duties.WATCH_SHIPPING,
        duties.GROW_OLD,
        duties.RECONCILE,
        duties.REMIND,
    }
    assert {name for name, job in jobs.known.items() if not job.cron} == {
        duties.SEND_REFUND,
        duties.CLOSE_PAYMENTS,
        duties.TELL_PARCEL,
        duties.SETTLE_CLAIM,
    }


def test_a_bill_is_asked_for_from_ten_in_beijing_and_a_fortnight_back():
    before, after = datetime(2026, 11, 25, 1, 59, tzinfo=UTC), datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
    assert reconciliation.days_due(before) == [date(2026, 11, day) for day in range(10, 24)]
    assert reconciliation.days_due(after) == [date(2026, 11, day) for day in range(11, 25)]


def test_questions_become_more_seldom_and_never_stop():
    waits = [refund_sending.wait_after(sent).total_seconds() for sent in range(1, 30)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (30, 1800)
    assert list(late.AGAIN_S) == sorted(late.AGAIN_S)


def test_only_what_a_person_can_mend_is_told_at_once():
    days = reconciliation.days_due(datetime(2026, 11, 25, 2, 0, tzinfo=UTC))
    later = NotSent("wechat_pay.refused", "STATEMENT_CREATING", next="later")
    slower = NotSent("wechat_pay.refused", "FREQUENCY_LIMITED", next="again")
    refused = Rejected("wechat_pay.refused", "NO_AUTH", next="configure")
    assert [reconciliation.may_wait(later, day, days) for day in (days[-1], days[-2])] == [True, False]
    assert [reconciliation.may_wait(slower, day, days) for day in (days[-1], days[1], days[0])] == [True, True, False]
    assert not reconciliation.may_wait(refused, days[-1], days)
