"""Drive the sandbox from a demo or a test: an asynchronous client of its admin API."""

from __future__ import annotations

from typing import Any

import msgspec

from yumen.sandbox.kit.admin_client import AdminRefused
from yumen.sandbox.kit.crm_client import CrmAdmin
from yumen.sandbox.salesforce.records import App, Field, Job, Object, Org
from yumen.sandbox.salesforce.shapes import Overview, RecordShown, Renamed, Rules

__all__ = ["Admin", "AdminRefused"]


class Admin(CrmAdmin):
    """Open it with `async with Admin("http://127.0.0.1:…")`. Every method raises AdminRefused on a problem."""

    async def overview(self) -> Overview:
        """The sandbox at a glance."""
        return await self._ask("GET", "/api", Overview)

    async def change_org(self, **change: object) -> Org:
        """Any of the fields of `records.Org`: `daily_calls=`, `token_life_s=`, `refuse_deletes=`, …"""
        return await self._ask("PATCH", "/api/org", Org, change)

    async def apps(self) -> list[App]:
        """All apps; a fresh org has one."""
        return await self._ask("GET", "/api/apps", list[App])

    async def create_app(self, **wish: object) -> App:
        """Fields of `shapes.AppChange`."""
        return await self._ask("POST", "/api/apps", App, wish)

    async def change_app(self, client_id: str, **change: object) -> App:
        """`certificate=` (PEM), `username=`, `approved=`, …"""
        return await self._ask("PATCH", f"/api/apps/{client_id}", App, change)

    async def set_rules(self, **rules: object) -> Rules:
        """`validation=[…]`, `duplicates=[…]`."""
        return await self._ask("PUT", "/api/rules", Rules, rules)

    async def objects(self) -> list[Object]:
        """Objects and fields."""
        return await self._ask("GET", "/api/objects", list[Object])

    async def set_object(self, kind: Object) -> Object:
        """Create or replace an object."""
        return await self._ask("PUT", f"/api/objects/{kind.name}", Object, kind)

    async def set_field(self, kind: str, field: str, **shape: object) -> Object:
        """Create or change a field; the shape is that of `records.Field`."""
        body = msgspec.convert({"name": field, **shape}, Field)
        return await self._ask("PUT", f"/api/objects/{kind}/fields/{field}", Object, body)

    async def drop_field(self, kind: str, field: str) -> None:
        """Take a field away."""
        await self._ask("DELETE", f"/api/objects/{kind}/fields/{field}", None)

    async def rename_field(self, kind: str, field: str, to: str) -> Object:
        """Give a field another name."""
        return await self._ask("POST", f"/api/objects/{kind}/rename", Object, {"field": field, "to": to})

    async def rename_keys(self, kind: str, **wish: object) -> int:
        """HQ gives records another external id: `share=`, `names=`, `prefix=`, `field=`."""
        return (await self._ask("POST", f"/api/objects/{kind}/rename-keys", Renamed, wish)).records

    async def records(self, kind: str, limit: int = 100) -> list[RecordShown]:
        """The records changed last, those in the bin too."""
        return await self._ask("GET", f"/api/records/{kind}?limit={limit}", list[RecordShown])

    async def record(self, kind: str, name: str) -> RecordShown:
        """One record, by record id or external id."""
        return await self._ask("GET", f"/api/records/{kind}/{name}", RecordShown)

    async def change_record(self, kind: str, name: str, *, ago_s: float = 0.0, **fields: Any) -> RecordShown:
        """HQ changes a record; `ago_s` puts its stamp so far back."""
        body = {"fields": fields, "stamped_ago_s": ago_s}
        return await self._ask("PATCH", f"/api/records/{kind}/{name}", RecordShown, body)

    async def opt_out(self, kind: str, name: str) -> RecordShown:
        """The person opts out at HQ."""
        return await self._ask("POST", f"/api/records/{kind}/{name}/opt-out", RecordShown)

    async def delete_record(self, kind: str, name: str) -> RecordShown:
        """HQ deletes a record."""
        return await self._ask("DELETE", f"/api/records/{kind}/{name}", RecordShown)

    async def undelete_record(self, kind: str, name: str) -> RecordShown:
        """HQ brings a record back."""
        return await self._ask("POST", f"/api/records/{kind}/{name}/undelete", RecordShown)

    async def empty_bin(self) -> int:
        """What lies in the recycle bin is gone for good."""
        return (await self._ask("POST", "/api/bin/empty", Renamed)).records

    async def jobs(self) -> list[Job]:
        """Bulk jobs."""
        return await self._ask("GET", "/api/jobs", list[Job])
