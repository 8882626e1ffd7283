"""Whom the gate hears follows from the settings of each recipient."""

import pytest

from yumen.app.gateway import hearing
from yumen.gateway import Recipient
from yumen.gateway.connectors import FieldMap
from yumen.gateway.connectors.salesforce import MemoryJobs, Org, Salesforce, SecretLogin
from yumen.gateway.inbound import AskedSources, Hooks, hubspot
from yumen.kit.errors import Problem
from yumen.kit.http import Http
from yumen.kit.ids import HandlerId
from yumen.kit.settings import RecipientSettings, Secret, Settings
from yumen.security.datamap import Purpose

VELVET = HandlerId(1)


def heard(**changed: object) -> tuple[Hooks, AskedSources]:
    given = {"handler": "velvet", "contract": "members-crm", "connector": "hubspot", "url": "https://api.example"}
    one = RecipientSettings(**{**given, **changed})  # type: ignore[arg-type]
    org = Org("https://velvet.example", SecretLogin("id", "secret"))
    connector = Salesforce(Http(), org, FieldMap("Yumen_Id__c", {}), MemoryJobs())
    recipients = {"hq": Recipient(VELVET, "members-crm", connector)}
    found = hearing.services(Settings(recipient={"hq": one}), {"velvet": VELVET}, recipients)
    hooks, asked = found[Hooks], found[AskedSources]
    assert isinstance(hooks, Hooks)
    assert isinstance(asked, AskedSources)
    return hooks, asked


async def test_a_recipient_with_a_secret_may_tell() -> None:
    hooks, _ = heard(hook_secret=Secret("new"), former_hook_secret=Secret("old"))
    hook = hooks.get("hq")
    assert (hook.handler, hook.secrets, hook.rules) == (VELVET, (b"new", b"old"), hubspot.RULES)
    assert hook.teller.contracts == ("members-crm",)


async def test_a_recipient_without_a_secret_may_not() -> None:
    hooks, asked = heard()
    with pytest.raises(Problem, match=r"abroad\.hook_unknown"):
        hooks.get("hq")
    assert [one.rules for one in asked.all()] == [()]  # deletions are asked for without any rule


async def test_salesforce_is_asked_for_the_fields_that_the_settings_name() -> None:
    _, asked = heard(opt_outs=("HasOptedOutOfEmail=marketing", "Request__c=*"))
    (one,) = asked.all()
    assert [(rule.field, rule.purpose) for rule in one.rules] == [
        ("HasOptedOutOfEmail", Purpose.MARKETING),
        ("Request__c", None),
    ]
