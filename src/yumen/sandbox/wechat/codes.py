"""Problems of the admin side. Texts are in `locales/*/sandbox_wechat.toml`."""

from __future__ import annotations

from typing import Final

from yumen.kit.errors import Code

APP_UNKNOWN: Final = Code("sandbox.wechat.app_unknown", 404)
APP_EXISTS: Final = Code("sandbox.wechat.app_exists", 409)
PERSON_UNKNOWN: Final = Code("sandbox.wechat.person_unknown", 404)
PERSON_CANCELLED: Final = Code("sandbox.wechat.person_cancelled", 409)
VANTAGE_UNKNOWN: Final = Code("sandbox.wechat.vantage_unknown", 422)
ADDRESS_INVALID: Final = Code("sandbox.wechat.address_invalid", 422)
PUSH_NOT_LOOPBACK: Final = Code("sandbox.wechat.push_not_loopback", 422)
PUSH_NOT_VERIFIED: Final = Code("sandbox.wechat.push_not_verified", 422)
PUSH_NOT_SET: Final = Code("sandbox.wechat.push_not_set", 409)
EVENT_UNKNOWN: Final = Code("sandbox.wechat.event_unknown", 422)
REVOKE_INFO_UNKNOWN: Final = Code("sandbox.wechat.revoke_info_unknown", 422)
KEY_UNFIT: Final = Code("sandbox.wechat.key_unfit", 422)
SECURITY_OFF: Final = Code("sandbox.wechat.security_off", 409)
CLOCK_UNFIT: Final = Code("sandbox.wechat.clock_unfit", 422)
TRADE_UNKNOWN: Final = Code("sandbox.wechat.trade_unknown", 404)
TRADE_STATE_UNFIT: Final = Code("sandbox.wechat.trade_state_unfit", 409)
OPENID_UNKNOWN: Final = Code("sandbox.wechat.openid_unknown", 422)
TEMPLATE_UNKNOWN: Final = Code("sandbox.wechat.template_unknown", 422)
TEMPLATE_UNFIT: Final = Code("sandbox.wechat.template_unfit", 422)
TOO_MANY_PEOPLE: Final = Code("sandbox.wechat.too_many_people", 422)
