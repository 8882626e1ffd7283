"""Promises are told by the name of their check, each once."""

from yumen.gateway.connectors.kit.promises import ORDINARY
from yumen.gateway.connectors.kit.troubles import TROUBLED


def test_no_promise_is_made_twice():
    names = [one.name for one in (*ORDINARY, *TROUBLED)]
    assert len(names) == len(set(names))
    assert "answers_keep_the_order_of_the_records" in names
    assert "nobody_follows_a_redirect" in names
