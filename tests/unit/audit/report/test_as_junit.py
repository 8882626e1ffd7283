"""JUnit: a rule is a test; found fails, not checked is skipped."""

from xml.etree import ElementTree

import pytest

from yumen.audit.report import as_junit


@pytest.fixture
def suites(result):
    return ElementTree.fromstring(as_junit.render(result, "zh"))


def test_counts_agree_with_the_tests(suites):
    for suite in suites:
        assert int(suite.get("tests")) == len(suite.findall("testcase"))
        assert int(suite.get("failures")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("skipped")) >= len(suite.findall("testcase/skipped"))


def test_each_rule_is_one_test(suites, result):
    assert len(suites.findall("testsuite/testcase")) == len(result.rules)


def test_a_failure_tells_each_place(suites):
    failure = next(one for one in suites.iter("failure") if "kefu01" in (one.text or ""))
    assert failure.get("type") == "risky"


def test_control_characters_do_not_break_the_file(audit):
    files = {
        "yumen-audit.toml": '[evidence]\npolicy = ["p.md"]\n',
        "p.md": "我们是甲公司\x01，使用本小程序\x0b即视为同意\n",
    }
    ElementTree.fromstring(as_junit.render(audit(files, only=("PRV020",)), "en"))
