"""A simulator of WeChat Pay API v3 for direct merchants, loopback only. SANDBOX / 沙箱 — this is not WeChat Pay.

`python -m yumen.sandbox.wechatpay --state FILE` runs it, `server.running` runs it inside a test, `client.Admin`
drives it.
"""
