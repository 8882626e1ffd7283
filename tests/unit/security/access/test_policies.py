"""The access table is readable, complete and denies what it does not say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.kit.i18n import has_text
from yumen.security.access.policies import MACHINE_ROLES, UNHELD_ROLES, BadPolicyError, allowed, parse, policies

TABLE = """
roles = ["shopper", "compliance"]
[phone]
bind = ["shopper"]
[approvals]
"keys.burn" = ["compliance"]
"""


def test_what_is_written_is_allowed_and_nothing_else() -> None:
    table = parse(TABLE)
    assert table.allowed(("shopper",), "phone", "bind")
    assert not table.allowed(("compliance",), "phone", "bind")
    assert not table.allowed(("shopper",), "phone", "read")
    assert not table.allowed(("shopper",), "order", "bind")
    assert not table.allowed((), "phone", "bind")


def test_one_fitting_role_of_several_is_enough() -> None:
    assert parse(TABLE).allowed(("compliance", "shopper"), "phone", "bind")


@given(st.text(), st.text(), st.text())
def test_an_unknown_role_may_nothing(role: str, resource: str, action: str) -> None:
    if role not in policies().roles:
        assert not allowed((role,), resource, action)


def test_a_role_that_nobody_declared_is_refused() -> None:
    with pytest.raises(BadPolicyError, match="emperor"):
        parse(TABLE.replace('["shopper"]', '["emperor"]'))


def test_only_the_written_roles_approve_an_act() -> None:
    table = parse(TABLE)
    assert table.may_approve(("compliance",), "keys.burn")
    assert not table.may_approve(("shopper",), "keys.burn")
    assert not table.may_approve(("compliance",), "keys.melt")


def test_neither_shoppers_machines_nor_visitors_approve_anything() -> None:
    assert [act for act, roles in policies().approvers.items() if roles & (MACHINE_ROLES | UNHELD_ROLES)] == []


def test_a_visitor_may_only_read_what_is_public_log_in_and_push_from_wechat() -> None:
    open_to_all = {
        (resource, action)
        for resource, line in policies().lines.items()
        for action, roles in line.items()
        if "visitor" in roles and not action.startswith("read")
    }
    signed = {("wechat_push", "receive"), ("wechat_pay", "notify"), ("crm_hook", "receive")}
    anonymous = {("login", "open"), ("beacon", "send")}
    assert open_to_all == signed | anonymous


def test_every_role_and_act_has_a_name_for_readers() -> None:
    assert [role for role in policies().roles if not has_text(f"access.role.{role}")] == []
    assert [act for act in policies().approvers if not has_text(f"access.act.{act}")] == []
