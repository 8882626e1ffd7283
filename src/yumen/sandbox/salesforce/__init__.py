"""A simulator of Salesforce's REST and Bulk API 2.0, loopback only. SANDBOX / 沙箱 — this is not Salesforce.

`python -m yumen.sandbox.salesforce --state FILE` runs it, `server.running` runs it inside a test, `client.Admin` drives
it.
"""
