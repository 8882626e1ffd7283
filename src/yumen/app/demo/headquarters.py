"""Headquarters abroad, as far as the demo needs it: an org at Salesforce and a portal at HubSpot, both simulated.

What HQ's administrators do there by hand (an app, a few fields) is done here through the sandboxes' admin API.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from yumen.app.up import Running
from yumen.kit.settings import RecipientSettings
from yumen.sandbox.hubspot.client import Admin as HubSpotAdmin
from yumen.sandbox.salesforce.client import Admin as SalesforceAdmin

HUBSPOT_NUMBER: Final = "member_no"
RECORDS_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class Headquarters:
    """Both systems through their admins' doors."""

    salesforce: SalesforceAdmin
    hubspot: HubSpotAdmin

    async def prepare(self, running: Running) -> None:
        """Make app and fields, once; a second start finds them."""
        recipients = running.settings.recipient
        await self._prepare_salesforce(recipients["salesforce"])
        await self._prepare_hubspot(recipients["hubspot"])

    async def _prepare_salesforce(self, ours: RecipientSettings) -> None:
        if ours.client_id not in {app.client_id for app in await self.salesforce.apps()}:
            await self.salesforce.create_app(
                name="Yumen", client_id=ours.client_id, client_secret=ours.secret.reveal(), approved=True
            )
        await self.salesforce.set_field("Contact", "Points_Band__c", length=40)

    async def _prepare_hubspot(self, ours: RecipientSettings) -> None:
        app = await self.hubspot.app()
        if app.token != ours.secret.reveal():
            await self.hubspot.change_app(app.app_id, token=ours.secret.reveal())
        known = {name for kind in await self.hubspot.kinds() if kind.name == "contacts" for name in kind.properties}
        for name, shape in (
            (HUBSPOT_NUMBER, {"hasUniqueValue": True}),
            ("yumen_version", {"type": "number", "fieldType": "number"}),
            ("birth_year", {"type": "number", "fieldType": "number"}),
        ):
            if name not in known:
                await self.hubspot.set_property("contacts", name, **shape)

    async def contacts(self) -> set[str]:
        """The member numbers that lie in Salesforce now, not in its bin."""
        records = await self.salesforce.records("Contact", RECORDS_MAX)
        return {str(one.fields["Yumen_Id__c"]) for one in records if not one.deleted and one.fields.get("Yumen_Id__c")}

    async def people(self) -> set[str]:
        """The member numbers that lie in HubSpot now."""
        records = await self.hubspot.records("contacts", RECORDS_MAX)
        numbers = (one.properties.get(HUBSPOT_NUMBER) for one in records if not one.archived)
        return {str(number) for number in numbers if number}
