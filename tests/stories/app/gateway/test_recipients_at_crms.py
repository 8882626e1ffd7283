"""What the settings say of a recipient is what its system is asked to do: logins, ways of taking back, what stays."""

from __future__ import annotations

from base64 import b64decode
from os import urandom
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.stories.gateway.conftest import Gateway, gateway
from tests.stories.gateway.connectors.conftest import org, portal
from tests.stories.sandbox.test_simple_salesforce import PRIVATE, PUBLIC
from yumen.app.gateway.recipients import connector_of, recipient_of
from yumen.app.secrets import ProcessSecrets
from yumen.gateway.connectors import Outcome, RecallWay, Record
from yumen.kit.errors import NotSent
from yumen.kit.http import Http
from yumen.kit.ids import HandlerId
from yumen.kit.settings import RecipientSettings, Secret
from yumen.sandbox.salesforce import client as salesforce_client
from yumen.sandbox.salesforce import server as salesforce_server
from yumen.sandbox.salesforce.login import MY_DOMAIN

MEI = Record("k1", "M1", 1, {"Member_No": "M1", "Nickname": "Mei"})

__all__ = ["gateway", "org", "portal"]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bulk jobs are kept below the folder in which a process runs."""
    monkeypatch.chdir(tmp_path)


def salesforce(url: str, **given: Any) -> RecipientSettings:
    return RecipientSettings(
        handler="velvet", contract="members-crm", connector="salesforce", url=url, external_id="Yumen_Id__c",
        fields=("Member_No=Yumen_Id__c", "Nickname=LastName"), **given,
    )  # fmt: skip


def hubspot(url: str, **given: Any) -> RecipientSettings:
    return RecipientSettings(
        handler="velvet", contract="members-crm", connector="hubspot", url=url, external_id="member_no",
        fields=("Member_No=member_no", "Nickname=firstname"), **given,
    )  # fmt: skip


async def taken_back(settings: RecipientSettings) -> tuple[Outcome, str]:
    """One person sent, and taken back by the strongest way that is left; how that was answered."""
    async with Http() as http:
        connector = connector_of(None, None, HandlerId(1), "hq", settings, http)  # type: ignore[arg-type]
        (sent,) = await connector.send([MEI])
        assert sent.outcome is Outcome.DONE
        (told,) = await connector.recall(["M1"], connector.abilities.recall[0])
        return told.outcome, told.code


async def test_what_may_not_be_empty_is_filled_when_somebody_is_made_anonymous(org):
    app = (await org[1].apps())[0]
    login = {"client_id": app.client_id, "secret": Secret(app.client_secret), "take_back": ("anonymise",)}
    assert await taken_back(salesforce(org[0], **login)) == (Outcome.REJECTED, "REQUIRED_FIELD_MISSING")
    assert await taken_back(salesforce(org[0], **login, anonymous=("LastName=-",))) == (Outcome.DONE, "")
    (left,) = await org[1].records("Contact")
    assert (left.fields["LastName"], left.fields.get("Yumen_Id__c"), left.deleted) == ("-", None, False)


async def test_a_hard_delete_and_another_version_of_the_api_are_asked_for(org):
    app = (await org[1].apps())[0]
    login = {"client_id": app.client_id, "secret": Secret(app.client_secret)}
    assert await taken_back(salesforce(org[0], **login, hard_delete=True, api_version="64.0")) == (Outcome.DONE, "")
    assert await org[1].records("Contact") == []
    paths = {one.target.split("/")[3] for one in await org[1].letters() if one.target.startswith("/services/data/")}
    assert paths == {"v64.0"}


async def test_a_sandbox_org_is_logged_in_to_under_its_own_audience(org):
    app = await org[1].change_app((await org[1].apps())[0].client_id, certificate=PUBLIC)
    login = {"client_id": app.client_id, "username": app.username, "private_key": Secret(PRIVATE)}
    assert await taken_back(salesforce(org[0], **login, audience="https://test.salesforce.com")) == (Outcome.DONE, "")
    with pytest.raises(NotSent, match="login_refused"):
        await taken_back(salesforce(org[0], **login, audience="https://elsewhere.example"))


async def test_everything_goes_through_a_forward_proxy_under_the_certificates_of_the_settings(tmp_path: Path):
    """The sandbox is also a forward proxy to Salesforce's own names, whose certificate only its authority signs."""
    options = salesforce_server.Options(state=tmp_path / "sf.sqlite", tls_port=0, ca=tmp_path / "ca.pem")
    async with salesforce_server.running(options) as at, salesforce_client.Admin(at.admin) as admin:
        app = (await admin.apps())[0]
        login = {"client_id": app.client_id, "secret": Secret(app.client_secret)}
        given = salesforce(f"https://{MY_DOMAIN}", **login, proxy=at.api, ca_bundle=tmp_path / "ca.pem")
        async with recipient_of(None, None, HandlerId(1), "hq", given) as recipient:  # type: ignore[arg-type]
            (told,) = await recipient.connector.send([MEI])
        assert told.outcome is Outcome.DONE
        assert [one.fields["LastName"] for one in await admin.records("Contact")] == ["Mei"]
        strange = msgspec.structs.replace(given, ca_bundle=None)
        async with recipient_of(None, None, HandlerId(1), "hq", strange) as recipient:  # type: ignore[arg-type]
            with pytest.raises(NotSent, match=r"http\.certificate_refused"):
                await recipient.connector.send([MEI])


async def test_an_oauth_app_is_logged_in_to_by_its_refresh_token(gateway: Gateway, portal):
    app = await portal[1].app()
    await portal[1].set_property("contacts", "member_no", hasUniqueValue=True)
    secrets = ProcessSecrets(urandom(32))

    async def described(refresh_token: str) -> str:
        login = {"client_id": app.client_id, "secret": Secret(app.client_secret)}
        given = hubspot(portal[0], **login, refresh_token=Secret(refresh_token))
        async with recipient_of(gateway.work, secrets, gateway.handler, "hq", given) as recipient:
            return (await recipient.connector.describe()).object

    assert await described(app.refresh_token) == "contacts"
    with pytest.raises(NotSent, match="login_refused"):
        await described("another")


async def test_whoever_is_suppressed_is_taken_off_every_mailing(portal):
    app = await portal[1].app()
    for name, shape in (("member_no", {"hasUniqueValue": True}), ("left_alone", {})):
        await portal[1].set_property("contacts", name, **shape)
    given = {"secret": Secret(app.token), "suppress": ("left_alone=yes",), "take_back": ("suppress",)}
    async with Http() as http:
        connector = connector_of(
            None,
            None,
            HandlerId(1),
            "hq",
            hubspot(portal[0], **given, unsubscribe=True),
            http,  # type: ignore[arg-type]
        )
        await connector.send([MEI])
        await portal[1].change_record("contacts", "M1", email="mei@example.com")
        (told,) = await connector.recall(["M1"], RecallWay.SUPPRESS)
    assert told.outcome is Outcome.DONE
    assert (await portal[1].record("contacts", "M1")).properties["left_alone"] == "yes"
    (call,) = [one for one in await portal[1].letters() if "/communication-preferences/" in one.target]
    assert msgspec.json.decode(b64decode(call.body)) == {"inputs": ["mei@example.com"]}
