"""Check paySign as the payer's phone does before it shows the amount."""

from __future__ import annotations

from yumen.sandbox.wechatpay.keys import merchant_signed
from yumen.sandbox.wechatpay.records import Merchant
from yumen.sandbox.wechatpay.shapes import CashierAsk


def pay_sign_fits(merchant: Merchant, asked: CashierAsk) -> bool:
    """Four lines under the merchant's key: appId, timeStamp, nonceStr, package."""
    if asked.signType != "RSA" or not asked.timeStamp.isascii() or not asked.timeStamp.isdigit():
        return False
    message = f"{asked.appid}\n{asked.timeStamp}\n{asked.nonceStr}\n{asked.package}\n".encode()
    return merchant_signed(merchant, message, asked.paySign)
