"""Tencent's codes: what may be done, what the shopper is told, what the operator is told."""

import pytest

from yumen.kit.i18n import LANGUAGES, text
from yumen.wechat.errors import CURES, SHOPPER_SEES, Cure, WechatError, explain

OPERATORS_WORDS = ("AppSecret", "allow-list", "白名单", "yumen.toml", "mp.weixin", "AppID")


@pytest.mark.parametrize("errcode", sorted(CURES))
def test_every_errcode_is_explained_in_both_languages(errcode):
    english, chinese = explain(errcode, "en"), explain(errcode, "zh")
    assert english != chinese
    assert "not in our table" not in english
    assert "未收录" not in chinese


@pytest.mark.parametrize("errcode", sorted(e for e, cure in CURES.items() if cure in {Cure.CONFIGURE, Cure.FROZEN}))
def test_what_the_operator_can_mend_says_where(errcode):
    places = ("mp.weixin.qq.com", "open.weixin.qq.com", "yumen.toml", "in WeChat")
    assert any(place in explain(errcode, "en") for place in places)


def test_an_unknown_errcode_is_said_to_be_unknown_with_its_number():
    assert "987654" in explain(987654, "en")
    assert WechatError(987654).cure is Cure.BUG


@pytest.mark.parametrize("errcode", sorted(CURES))
def test_the_shopper_never_reads_of_our_configuration(errcode):
    code = WechatError(errcode, "invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist").code
    for language in LANGUAGES:
        sentence = text(code.name, language)
        assert not [word for word in OPERATORS_WORDS if word in sentence]
        assert "203.0.113.9" not in sentence


@pytest.mark.parametrize(
    ("errcode", "name", "status"),
    [
        (40029, "wechat.code_invalid", 400),
        (40163, "wechat.code_used", 409),
        (40226, "wechat.user_blocked", 403),
        (45011, "wechat.too_often", 429),
        (87009, "wechat.session_expired", 401),
        (-1, "wechat.busy", 503),
        (40125, "wechat.unavailable", 503),
        (40164, "wechat.unavailable", 503),
    ],
)
def test_the_shopper_sees_a_problem(errcode, name, status):
    code = WechatError(errcode).code
    assert (code.name, code.status) == (name, status)


def test_only_known_errcodes_have_a_shopper_text():
    assert set(SHOPPER_SEES) <= set(CURES)


def test_the_refused_address_and_the_rid_are_read_from_errmsg():
    errmsg = "invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist rid: 6743f1aa-0e1f2a3b-4c5d6e7f"
    error = WechatError(40164, errmsg, "/cgi-bin/stable_token")
    assert (error.address, error.rid) == ("203.0.113.9", "6743f1aa-0e1f2a3b-4c5d6e7f")
    assert "203.0.113.9" in error.explain("en")
    assert "203.0.113.9" in error.explain("zh")


def test_the_text_of_an_error_holds_no_errmsg():
    assert "o-secret-openid" not in str(WechatError(40003, "invalid openid o-secret-openid"))
