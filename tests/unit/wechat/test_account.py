"""Accounts and what of them may be shown."""

import pytest

from yumen.kit.errors import Problem
from yumen.wechat import Account, Accounts, PushSettings


def test_no_secret_is_shown():
    shown = repr(Account("wx1", "s3cr3t", push=PushSettings("t0k3n", "a3sk3y")))
    assert "wx1" in shown
    assert not [secret for secret in ("s3cr3t", "t0k3n", "a3sk3y") if secret in shown]


def test_an_app_that_is_not_served_here_is_unknown():
    accounts = Accounts([Account("wx1", "s")])
    assert accounts.get("wx1").secret == "s"
    with pytest.raises(Problem, match=r"wechat\.app_unknown"):
        accounts.get("wx2")
