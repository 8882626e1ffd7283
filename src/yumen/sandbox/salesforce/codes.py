"""Problems of the Salesforce sandbox's admin API."""

from __future__ import annotations

from typing import Final

from yumen.kit.errors import Code

CLOCK_UNFIT: Final = Code("sandbox.salesforce.clock_unfit", 400)
OBJECT_UNKNOWN: Final = Code("sandbox.salesforce.object_unknown", 404)
FIELD_UNKNOWN: Final = Code("sandbox.salesforce.field_unknown", 404)
RECORD_UNKNOWN: Final = Code("sandbox.salesforce.record_unknown", 404)
APP_UNKNOWN: Final = Code("sandbox.salesforce.app_unknown", 404)
APP_EXISTS: Final = Code("sandbox.salesforce.app_exists", 409)
KEY_UNFIT: Final = Code("sandbox.salesforce.key_unfit", 400)
CHANGE_UNFIT: Final = Code("sandbox.salesforce.change_unfit", 400)
PATTERN_UNFIT: Final = Code("sandbox.salesforce.pattern_unfit", 400)
