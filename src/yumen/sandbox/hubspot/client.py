"""Drive the sandbox from a demo or a test: an asynchronous client of its admin API."""

from __future__ import annotations

from typing import Any

from yumen.sandbox.hubspot.records import App, Delivery, HookRules, Kind, Portal, Subscription
from yumen.sandbox.hubspot.shapes import Overview, RecordShown, Renamed
from yumen.sandbox.kit.admin_client import AdminRefused
from yumen.sandbox.kit.crm_client import CrmAdmin

__all__ = ["Admin", "AdminRefused"]


class Admin(CrmAdmin):
    """Open it with `async with Admin("http://127.0.0.1:…")`. Every method raises AdminRefused on a problem."""

    async def overview(self) -> Overview:
        """The sandbox at a glance."""
        return await self._ask("GET", "/api", Overview)

    async def change_portal(self, **change: object) -> Portal:
        """Any of the fields of `records.Portal`: `burst_max=`, `daily_max=`, `refuse_deletes=`, …"""
        return await self._ask("PATCH", "/api/portal", Portal, change)

    async def change_hook_rules(self, **change: object) -> HookRules:
        """Any of the fields of `records.HookRules`: `duplicates=`, `wrong_signature=`, …"""
        return await self._ask("PATCH", "/api/hook-rules", HookRules, change)

    async def set_hooks(self, target_url: str, *events: tuple[str, str]) -> list[Subscription]:
        """Where events go, and which: (`contact.propertyChange`, `hs_email_optout`), (`contact.deletion`, ``), …"""
        body = {"target_url": target_url, "events": events}
        return await self._ask("PUT", "/api/hooks", list[Subscription], body)

    async def app(self) -> App:
        """The app of a fresh portal: private token, client id and secret, refresh token."""
        return (await self._ask("GET", "/api/apps", list[App]))[0]

    async def change_app(self, app_id: int, **change: object) -> App:
        """`scopes=`, `token=`, `client_secret=`, `rotate=True`."""
        return await self._ask("PATCH", f"/api/apps/{app_id}", App, change)

    async def kinds(self) -> list[Kind]:
        """Objects and properties."""
        return await self._ask("GET", "/api/objects", list[Kind])

    async def set_property(self, kind: str, name: str, **shape: object) -> Kind:
        """Create or change a property; the shape is that of `records.Property`, in HubSpot's names."""
        usual = {"label": name, "type": "string", "fieldType": "text", "groupName": "contactinformation"}
        return await self._ask("PUT", f"/api/objects/{kind}/properties/{name}", Kind, {"name": name, **usual, **shape})

    async def drop_property(self, kind: str, name: str) -> None:
        """Take a property away."""
        await self._ask("DELETE", f"/api/objects/{kind}/properties/{name}", None)

    async def rename_property(self, kind: str, name: str, to: str) -> Kind:
        """Give a property another name."""
        return await self._ask("POST", f"/api/objects/{kind}/rename", Kind, {"property": name, "to": to})

    async def rename_keys(self, kind: str, name: str, **wish: object) -> int:
        """HQ gives records another unique value: `share=`, `names=`, `prefix=`."""
        return (
            await self._ask("POST", f"/api/objects/{kind}/rename-keys", Renamed, {"property": name, **wish})
        ).records

    async def records(self, kind: str, limit: int = 100) -> list[RecordShown]:
        """The records changed last, archived ones too."""
        return await self._ask("GET", f"/api/records/{kind}?limit={limit}", list[RecordShown])

    async def record(self, kind: str, name: str) -> RecordShown:
        """One record, by record id or any unique value."""
        return await self._ask("GET", f"/api/records/{kind}/{name}", RecordShown)

    async def change_record(self, kind: str, name: str, **properties: Any) -> RecordShown:
        """HQ changes a record."""
        return await self._ask("PATCH", f"/api/records/{kind}/{name}", RecordShown, {"properties": properties})

    async def opt_out(self, kind: str, name: str) -> RecordShown:
        """The person opts out at HQ."""
        return await self._ask("POST", f"/api/records/{kind}/{name}/opt-out", RecordShown)

    async def archive_record(self, kind: str, name: str) -> RecordShown:
        """HQ deletes a record (restorable)."""
        return await self._ask("DELETE", f"/api/records/{kind}/{name}", RecordShown)

    async def restore_record(self, kind: str, name: str) -> RecordShown:
        """HQ brings a record back."""
        return await self._ask("POST", f"/api/records/{kind}/{name}/restore", RecordShown)

    async def erase_record(self, kind: str, name: str) -> None:
        """HQ deletes a record for privacy."""
        await self._ask("POST", f"/api/records/{kind}/{name}/erase", None)

    async def deliveries(self, limit: int = 100) -> list[Delivery]:
        """The newest deliveries of events."""
        return await self._ask("GET", f"/api/deliveries?limit={limit}", list[Delivery])
