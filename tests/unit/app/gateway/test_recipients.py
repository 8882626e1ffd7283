"""A recipient of the settings becomes the connector of its kind, behind a client that reaches its hosts only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from yumen.app.gateway.recipients import connector_of, field_map, hosts_of, pairs, values
from yumen.gateway.connectors.hubspot import HubSpot
from yumen.gateway.connectors.salesforce import Salesforce
from yumen.gateway.connectors.webhook import Webhook
from yumen.kit.errors import Problem
from yumen.kit.http import Http
from yumen.kit.ids import HandlerId
from yumen.kit.settings import RecipientSettings, Secret

GIVEN: dict[str, Any] = {
    "handler": "velvet",
    "contract": "members-crm",
    "url": "https://velvet.my.salesforce.com",
    "external_id": "Member_No__c",
    "fields": ("Member_No=Member_No__c", "Phone_Hash=Phone_Hash__c"),
    "constants": ("RecordTypeId=012", "Level=3"),
    "version_field": "Yumen_Version__c",
    "suppress": ("HasOptedOutOfEmail=true",),
    "client_id": "app",
    "secret": Secret("s3cret"),
    "egress": (".my.salesforce.com",),
}


def settings(connector: str, **changed: Any) -> RecipientSettings:
    return RecipientSettings(connector=connector, **{**GIVEN, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "made"), [("salesforce", Salesforce), ("hubspot", HubSpot), ("webhook", Webhook)])
def test_each_kind_has_its_connector(kind: str, made: type) -> None:
    connector = connector_of(None, None, HandlerId(1), "hq", settings(kind), Http())  # type: ignore[arg-type]
    assert isinstance(connector, made)
    assert connector.abilities.batch_max > 0


def test_a_recipient_that_can_be_told_to_leave_somebody_alone_can_suppress() -> None:
    from yumen.gateway.connectors.connector import RecallWay

    with_ways = connector_of(None, None, HandlerId(1), "hq", settings("salesforce"), Http()).abilities.recall  # type: ignore[arg-type]
    without = connector_of(None, None, HandlerId(1), "hq", settings("salesforce", suppress=()), Http()).abilities.recall  # type: ignore[arg-type]
    assert (RecallWay.SUPPRESS in with_ways, RecallWay.SUPPRESS in without) == (True, False)


@pytest.mark.parametrize(
    ("kind", "chosen", "ways"),
    [
        ("salesforce", (), ["delete", "anonymise", "suppress"]),
        ("salesforce", ("suppress", "anonymise"), ["anonymise", "suppress"]),
        ("hubspot", ("anonymise",), ["anonymise"]),
        ("webhook", ("suppress",), ["suppress"]),
    ],
)
def test_only_the_ways_that_headquarters_allows_are_used(kind: str, chosen: tuple[str, ...], ways: list[str]) -> None:
    connector = connector_of(None, None, HandlerId(1), "hq", settings(kind, take_back=chosen), Http())  # type: ignore[arg-type]
    assert [way.value for way in connector.abilities.recall] == ways


TOY = """
class Zeta:
    def __init__(self, settings, fields, http):
        self.url, self.names, self.http = settings.url, fields.targets(), http
"""


def test_a_connector_of_somebody_elses_package_is_found_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "zeta_of_a_test.py").write_text(TOY)
    metadata = tmp_path / "zeta_of_a_test-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: zeta-of-a-test\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[yumen.connectors]\nzeta = zeta_of_a_test:Zeta\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    http = Http()
    made: Any = connector_of(None, None, HandlerId(1), "hq", settings("zeta"), http)  # type: ignore[arg-type]
    assert (made.url, made.http, "Phone_Hash__c" in made.names) == (GIVEN["url"], http, True)
    with pytest.raises(Problem) as refused:
        connector_of(None, None, HandlerId(1), "hq", settings("zetta"), http)  # type: ignore[arg-type]
    assert refused.value.facts == {"setting": "connector = zetta"}


def test_a_key_that_is_none_is_refused_at_the_start() -> None:
    with pytest.raises(Problem) as refused:
        connector_of(None, None, HandlerId(1), "hq", settings("salesforce", private_key=Secret("no key")), Http())  # type: ignore[arg-type]
    assert refused.value.code.name == "connector.unfit"


def test_the_hosts_are_its_own_and_those_named() -> None:
    assert hosts_of(settings("salesforce")) == ["velvet.my.salesforce.com", ".my.salesforce.com"]


def test_pairs_are_read_as_names_and_values() -> None:
    assert pairs(("a=b", "c=d=e")) == {"a": "b", "c": "d=e"}
    assert values(("on=true", "off=false", "n=12", "t=012x")) == {"on": True, "off": False, "n": 12, "t": "012x"}


def test_an_id_with_leading_noughts_stays_a_text() -> None:
    assert field_map(settings("salesforce")).constants == {"RecordTypeId": "012", "Level": 3}
