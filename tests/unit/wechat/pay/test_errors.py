"""What a refusal means, and what may be done next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.kit.errors import NotSent, Rejected, Unsettled
from yumen.kit.i18n import has_text
from yumen.wechat.pay.errors import EXCEPTIONS, RULINGS, Call, Next, Outcome, failure_of, next_of, spelled, unverified


@pytest.mark.parametrize(
    ("call", "status", "code", "kind", "after"),
    [
        (Call.ORDER, 400, "ORDERPAID", Rejected, Next.ASK),
        (Call.ORDER, 400, "ORDER_PAID", Rejected, Next.ASK),
        (Call.ORDER, 400, "INVALID_REQUEST", Rejected, Next.ASK),
        (Call.ORDER, 403, "OUT_TRADE_NO_USED", Rejected, Next.ASK),
        (Call.ORDER, 400, "ORDER_CLOSED", Rejected, Next.NEW_NUMBER),
        (Call.ORDER, 500, "SYSTEM_ERROR", Unsettled, Next.ASK),
        (Call.ORDER, 429, "FREQUENCY_LIMITED", NotSent, Next.AGAIN),
        (Call.QUERY, 404, "ORDERNOTEXIST", Rejected, Next.ABSENT),
        (Call.REFUND, 429, "FREQUENCY_LIMITED", Unsettled, Next.AGAIN),
        (Call.REFUND, 429, "SOMETHING_NEW", Unsettled, Next.AGAIN),
        (Call.REFUND, 403, "NOTENOUGH", Unsettled, Next.AGAIN),
        (Call.REFUND, 403, "USER_ACCOUNT_ABNORMAL", Rejected, Next.OTHER_WAY),
        (Call.REFUND_QUERY, 404, "RESOURCE_NOT_EXISTS", Rejected, Next.ABSENT),
        (Call.CERTIFICATES, 404, "RESOURCE_NOT_EXISTS", Rejected, Next.CONFIGURE),
        (Call.BILL, 400, "NO_STATEMENT_EXIST", Rejected, Next.NOTHING),
        (Call.BILL, 400, "STATEMENT_CREATING", NotSent, Next.LATER),
        (Call.QUERY, 401, "SIGN_ERROR", Rejected, Next.CONFIGURE),
        (Call.QUERY, 418, "SOMETHING_NEW", Rejected, Next.BUG),
        (Call.QUERY, 502, "", Unsettled, Next.ASK),
        (Call.QUERY, 202, "USERPAYING", Unsettled, Next.ASK),
        (Call.QUERY, 302, "", Unsettled, Next.ASK),
    ],
)
def test_status_and_code_decide(call, status, code, kind, after):
    failure = failure_of(call, status, code, "RID")
    assert isinstance(failure, kind)
    assert next_of(failure) is after
    assert (failure.facts["request_id"], failure.upstream) == ("RID", spelled(code))


@given(st.sampled_from(Call), st.integers(100, 599), st.text(max_size=40))
def test_every_answer_has_a_ruling(call, status, code):
    assert next_of(failure_of(call, status, code)) in Next


@pytest.mark.parametrize(
    ("failure", "after"),
    [
        (NotSent("http.unreachable"), Next.AGAIN),
        (Unsettled("http.deadline"), Next.ASK),
        (Rejected("http.url_refused"), Next.BUG),
        (unverified(Call.ORDER, "probe"), Next.ASK),
    ],
)
def test_failures_of_the_way_have_a_next_step_too(failure, after):
    assert next_of(failure) is after


def test_no_refund_is_ever_said_to_be_undone_when_it_may_be_done():
    """A refund that came too fast may be accepted: `NotSent` would invite a new number."""
    for code in RULINGS:
        if isinstance(failure_of(Call.REFUND, 429, code), NotSent):
            assert code in {"RULE_LIMIT", "STATEMENT_CREATING"}


def test_everything_has_words_in_both_languages():
    codes = [f"wechat_pay.upstream.{code}" for code in RULINGS]
    codes += [f"wechat_pay.outcome.{o}" for o in Outcome] + [f"wechat_pay.next.{n}" for n in Next]
    codes += [f"wechat_pay.{o}" for o in Outcome]
    assert [code for code in codes if not has_text(code)] == []
    assert {code for _, code in EXCEPTIONS} <= set(RULINGS)
