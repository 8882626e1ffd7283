"""A refresh token is changed for an access token before the old one ends."""

import pytest

from yumen.gateway.connectors import FieldMap
from yumen.gateway.connectors.channel import Channel
from yumen.gateway.connectors.hubspot import Account, HubSpot, MemoryBook, RefreshLogin, TokenLogin
from yumen.gateway.connectors.hubspot.login import logging_in
from yumen.kit.errors import NotSent

FIELDS = FieldMap("member_no", {"Given": "firstname"})
LOGIN = RefreshLogin("client", "s3cret", "refresh-1")


async def test_an_access_token_is_fetched_early_and_the_newest_refresh_token_used(
    http, account, recipient, make_record
):
    now = [0.0]
    hubspot = HubSpot(http, Account(LOGIN, url=account.url), FIELDS, MemoryBook(), lambda: now[0])
    await hubspot.send([make_record(1)])
    now[0] = 1_739.0
    await hubspot.send([make_record(1)])
    now[0] = 1_741.0
    await hubspot.send([make_record(1)])
    first, second = recipient.calls("POST", "/oauth/2026-03/token")
    assert first.form == {
        "grant_type": "refresh_token",
        "client_id": "client",
        "client_secret": "s3cret",
        "refresh_token": "refresh-1",
    }
    assert second.form["refresh_token"] == "again"


async def test_a_token_that_died_early_is_replaced_and_the_call_repeated(http, account, make_record):
    hubspot = HubSpot(http, Account(LOGIN, url=account.url), FIELDS, MemoryBook())
    await hubspot.send([make_record(1)])
    account.token = "revoked"
    assert (await hubspot.send([make_record(2)]))[0].outcome == "done"


@pytest.mark.parametrize(
    ("answer", "code", "upstream"),
    [
        ((400, {"status": "BAD_REFRESH_TOKEN", "message": "missing or unknown"}), "refused", "BAD_REFRESH_TOKEN"),
        ((400, {"category": "MEI_WANG"}), "refused", "OTHER"),
        ((200, b"nonsense"), "unanswered", ""),
        ((500, b"x" * (5 << 20), {"Content-Encoding": "identity"}), "unanswered", "http.answer_too_long"),
    ],
)
async def test_a_failed_login_sends_nobody(http, recipient, answer, code, upstream):
    recipient.answer = lambda asked: answer
    fetch = logging_in(Channel("hubspot", http), Account(LOGIN, url=recipient.url), MemoryBook(), lambda: 0.0)
    with pytest.raises(NotSent) as refusal:
        await fetch()
    assert (refusal.value.code, refusal.value.upstream) == (f"connector.login_{code}", upstream)


def test_secrets_do_not_show_themselves():
    for login in (LOGIN, TokenLogin("pat-eu1-s3cret")):
        shown = repr(Account(login))
        assert "s3cret" not in shown
        assert "refresh-1" not in shown
