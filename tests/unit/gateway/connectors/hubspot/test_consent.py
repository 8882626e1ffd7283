"""Addresses of people who want no mail travel in the body only."""

from yumen.gateway.connectors.channel import Channel
from yumen.gateway.connectors.hubspot.api import Api
from yumen.gateway.connectors.hubspot.consent import unsubscribe
from yumen.gateway.connectors.hubspot.pace import Pace
from yumen.gateway.connectors.hubspot.writing import Result
from yumen.gateway.connectors.tokens import Token, Tokens


async def test_only_who_has_an_address_is_told_and_nothing_is_logged(http, recipient, caplog):
    caplog.set_level("INFO", "yumen")
    recipient.answer = lambda asked: {"status": "COMPLETE"}

    async def fetch():
        return Token("pat", recipient.url)

    api = Api(Channel("hubspot", http), Tokens(fetch), Pace())
    await unsubscribe(api, [Result("1", {"email": "mei@example.com"}), Result("2", {"email": None}), Result("3")])
    (call,) = recipient.asked
    assert call.path == "/communication-preferences/v4/statuses/batch/unsubscribe-all"
    assert (call.query, call.json) == ({"channel": "EMAIL"}, {"inputs": ["mei@example.com"]})
    assert "batch/unsubscribe-all" in caplog.text
    assert "mei@" not in "".join(one.getMessage() for one in caplog.records if one.name.startswith("yumen"))
    await unsubscribe(api, [Result("3")])
    assert len(recipient.asked) == 1
