"""What of an URL may be logged."""

import pytest

from yumen.kit.http import loggable


@pytest.mark.parametrize("name", ["access_token", "secret", "js_code", "openid", "signature", "never_heard_of"])
def test_the_value_of_a_parameter_is_hidden_unless_known_harmless(name):
    assert loggable(f"https://h.example/p?{name}=VALUE") == f"h.example/p?{name}=…"
    assert loggable("https://h.example/p", {name: "VALUE"}) == f"h.example/p?{name}=…"


def test_user_information_and_fragment_are_dropped():
    assert loggable("https://me:pw@h.example/p#frag") == "h.example/p"


def test_an_over_long_url_is_cut():
    assert len(loggable("https://h.example/" + "p" * 5000)) == 300
