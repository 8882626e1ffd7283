"""A simulator of WeChat's mini-program server API, over HTTP, loopback only. SANDBOX / 沙箱 — this is not WeChat.

`python -m yumen.sandbox.wechat --state FILE` runs it, `server.running` runs it inside a test, `client.Admin` drives it.
"""
