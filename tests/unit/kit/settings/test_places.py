"""Lines of keys in a TOML text."""

from __future__ import annotations

from yumen.kit.settings.places import line_numbers, line_of, line_of_error

TOML = """\
environment = "test"
[server]  # the three applications
workers = 2
"host" = "x == y"

[ app . "mini" ]
secret = "a = b"
keys.suite = "sm"
"""


def test_keys_are_found_in_their_tables() -> None:
    assert dict(line_numbers(TOML)) == {
        "environment": 1,
        "server": 2,
        "server.workers": 3,
        "server.host": 4,
        "app.mini": 6,
        "app.mini.secret": 7,
        "app.mini.keys.suite": 8,
    }


def test_an_unlisted_key_has_the_line_of_its_table() -> None:
    lines = line_numbers(TOML)
    assert line_of("app.mini.brand", lines) == 6
    assert line_of("wechat.proxy", lines) is None


def test_the_line_of_a_syntax_error_is_taken_from_its_message() -> None:
    assert line_of_error("Invalid value (at line 12, column 3)") == 12
    assert line_of_error("Something else") is None
