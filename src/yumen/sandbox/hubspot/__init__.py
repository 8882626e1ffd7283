"""A simulator of HubSpot's CRM API, loopback only. SANDBOX / 沙箱 — this is not HubSpot.

`python -m yumen.sandbox.hubspot --state FILE` runs it, `server.running` runs it inside a test, `client.Admin` drives
it.
"""
