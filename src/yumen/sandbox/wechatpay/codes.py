"""Problems of the admin side. Texts are in `locales/*/sandbox_wechatpay.toml`."""

from __future__ import annotations

from typing import Final

from yumen.kit.errors import Code

MERCHANT_UNKNOWN: Final = Code("sandbox.wechatpay.merchant_unknown", 404)
MERCHANT_EXISTS: Final = Code("sandbox.wechatpay.merchant_exists", 409)
ORDER_UNKNOWN: Final = Code("sandbox.wechatpay.order_unknown", 404)
ORDER_EXISTS: Final = Code("sandbox.wechatpay.order_exists", 409)
ORDER_STATE_UNFIT: Final = Code("sandbox.wechatpay.order_state_unfit", 409)
PAYER_UNFIT: Final = Code("sandbox.wechatpay.payer_unfit", 409)
COUPON_UNFIT: Final = Code("sandbox.wechatpay.coupon_unfit", 422)
REFUND_UNKNOWN: Final = Code("sandbox.wechatpay.refund_unknown", 404)
REFUND_SETTLED: Final = Code("sandbox.wechatpay.refund_settled", 409)
REFUND_TOO_HIGH: Final = Code("sandbox.wechatpay.refund_too_high", 409)
NOTICE_UNKNOWN: Final = Code("sandbox.wechatpay.notice_unknown", 404)
KEY_UNFIT: Final = Code("sandbox.wechatpay.key_unfit", 422)
SERIAL_MISSING: Final = Code("sandbox.wechatpay.serial_missing", 422)
DELIVERY_NOT_LOOPBACK: Final = Code("sandbox.wechatpay.delivery_not_loopback", 422)
DATE_INVALID: Final = Code("sandbox.wechatpay.date_invalid", 422)
VOLLEY_RUNS: Final = Code("sandbox.wechatpay.volley_runs", 409)
NO_ROTATION: Final = Code("sandbox.wechatpay.no_rotation", 409)
VANTAGE_UNKNOWN: Final = Code("sandbox.wechatpay.vantage_unknown", 422)
ADDRESS_UNFIT: Final = Code("sandbox.wechatpay.address_unfit", 422)
CLOCK_UNFIT: Final = Code("sandbox.wechatpay.clock_unfit", 422)
