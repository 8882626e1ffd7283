"""Values as plain data."""

import pytest

from yumen.audit.source.constant import constant
from yumen.audit.source.lower import lower


@pytest.mark.parametrize(
    ("source", "data"),
    [
        (
            "export default { pages: ['a'], n: 1, on: true, off: null }",
            {"pages": ["a"], "n": 1, "on": True, "off": None},
        ),
        ("const pages = ['a']\nexport default defineAppConfig({ pages })", {"pages": ["a"]}),
        ("export default { a: unknown() || 'x' }", {"a": None}),
        ("export default later", None),
    ],
)
def test_what_stands_there_is_read(source, data):
    facts = lower("app.config.js", source.encode(), "js")
    assert constant(facts, facts.exports["default"]) == data
