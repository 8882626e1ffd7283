"""Problems of the HubSpot sandbox's admin API."""

from __future__ import annotations

from typing import Final

from yumen.kit.errors import Code

CLOCK_UNFIT: Final = Code("sandbox.hubspot.clock_unfit", 400)
OBJECT_UNKNOWN: Final = Code("sandbox.hubspot.object_unknown", 404)
PROPERTY_UNKNOWN: Final = Code("sandbox.hubspot.property_unknown", 404)
RECORD_UNKNOWN: Final = Code("sandbox.hubspot.record_unknown", 404)
APP_UNKNOWN: Final = Code("sandbox.hubspot.app_unknown", 404)
CHANGE_UNFIT: Final = Code("sandbox.hubspot.change_unfit", 400)
HOOK_NOT_LOOPBACK: Final = Code("sandbox.hubspot.hook_not_loopback", 400)
EVENT_UNKNOWN: Final = Code("sandbox.hubspot.event_unknown", 400)
