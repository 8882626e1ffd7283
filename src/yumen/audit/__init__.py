"""The readiness auditor: collect evidence, judge it by rules, report what was found and what was not looked at.

It imports nothing that it audits: only `law`, `kit.errors` and `kit.i18n`.
"""
