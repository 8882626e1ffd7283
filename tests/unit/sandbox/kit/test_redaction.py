import msgspec

from yumen.sandbox.kit.redaction import ENTRIES_MAX, MASK, VALUE_MAX, Redaction

REDACTION = Redaction(frozenset({"secret"}), shortened=frozenset({"code"}))


def test_hidden_names_are_masked_whatever_they_hold():
    shown = REDACTION.json(msgspec.json.encode({"secret": {"a": [1]}, "code": "0123456789", "n": 1}))
    assert msgspec.json.decode(shown) == {"secret": MASK, "code": "012345…", "n": 1}


def test_long_values_and_lists_are_cut():
    shown = msgspec.json.decode(REDACTION.json(msgspec.json.encode([["x" * 999], *[1] * 99])))
    assert (len(shown), len(shown[0][0])) == (ENTRIES_MAX, VALUE_MAX)
