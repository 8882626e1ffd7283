"""What of the settings can be judged without WeChat; the steps themselves are tested against the sandbox."""

import dataclasses

import pytest

from yumen.kit.i18n import LANGUAGES, has_text, text
from yumen.wechat import Account, PushMode, PushSettings
from yumen.wechat.answers import CallbackCheck, Pinged, Resolved
from yumen.wechat.check import Finding, Step, Verdict, judge_push, malformed

GOOD = Account("wx" + "a" * 16, "b" * 32, push=PushSettings("token", "k" * 43))


def test_a_well_formed_account_passes():
    assert malformed(GOOD) is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"appid": "wx1"}, "wechat.check.appid_shape"),
        ({"secret": ""}, "wechat.check.secret_shape"),
        ({"push": PushSettings("no", "k" * 43)}, "wechat.check.push_token_shape"),
        ({"push": PushSettings("token", "k" * 42)}, "wechat.check.push_key_shape"),
    ],
)
def test_a_malformed_part_is_named(change, code):
    found = malformed(dataclasses.replace(GOOD, **change))
    assert found is not None
    assert (found.verdict, found.code) == (Verdict.FAILED, code)


def test_plain_mode_needs_no_key():
    assert malformed(dataclasses.replace(GOOD, push=PushSettings("token", mode=PushMode.PLAIN))) is None


def test_a_host_that_does_not_resolve_or_loses_packets_fails():
    assert judge_push(CallbackCheck()).code == "wechat.check.push.unresolved"
    lossy = CallbackCheck([Resolved("203.0.113.1")], [Pinged("203.0.113.1", "CAP", "40%")])
    assert judge_push(lossy).code == "wechat.check.push.lossy"
    assert "40%" in judge_push(lossy).sentence("en")
    fine = CallbackCheck([Resolved("203.0.113.1", "UNICOM")], [Pinged("203.0.113.1", "CAP", "0%")])
    assert judge_push(fine).verdict is Verdict.PASSED


def test_every_step_has_its_words_and_each_line_begins_with_them():
    assert not [step for step in Step if not has_text(f"wechat.check.step.{step}")]
    for step in Step:
        for language in LANGUAGES:
            unchecked = Finding(step, Verdict.NOT_CHECKED, "wechat.check.not_checked")
            for sentence in (Finding(step, Verdict.PASSED).sentence(language), unchecked.sentence(language)):
                assert sentence.startswith(text(f"wechat.check.step.{step}", language))
                assert "wechat." not in sentence
