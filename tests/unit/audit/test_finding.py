"""A fingerprint tells findings apart and survives lines that move."""

from yumen.audit.finding import At, Finding, InFile, fingerprint


def test_moving_lines_change_nothing():
    before = Finding(InFile("a.js", 10, 20), {"host": "x"})
    after = Finding(InFile("a.js", 90, 99), {"host": "x"})
    assert fingerprint("SRC001", before) == fingerprint("SRC001", after)


def test_rule_place_and_facts_each_change_it():
    base = Finding(InFile("a.js"), {"host": "x"})
    others = [
        fingerprint("SRC002", base),
        fingerprint("SRC001", Finding(InFile("b.js"), {"host": "x"})),
        fingerprint("SRC001", Finding(At("file2", "a.js"), {"host": "x"})),
        fingerprint("SRC001", Finding(InFile("a.js"), {"host": "y"})),
    ]
    assert len({fingerprint("SRC001", base), *others}) == 5


def test_a_key_replaces_the_facts():
    one, other = (Finding(InFile("a.js"), {"count": count}, key="k") for count in (1, 2))
    assert fingerprint("SRC001", one) == fingerprint("SRC001", other)
