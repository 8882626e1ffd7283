"""Whom the gate hears: HubSpot's webhooks by the secrets of the settings, and each Salesforce that is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from yumen.app.gateway.recipients import pairs
from yumen.gateway import Recipient
from yumen.gateway.connectors.salesforce import Salesforce
from yumen.gateway.inbound import Asked, AskedSources, Changed, Hook, Hooks, Rule, Teller, hubspot
from yumen.kit.ids import HandlerId
from yumen.kit.settings import RecipientSettings, Settings
from yumen.security.datamap import Purpose


class SalesforceSource:
    """A `Source`: the records of one org, with the fields that the rules read."""

    def __init__(self, salesforce: Salesforce, rules: Sequence[Rule]) -> None:
        self._salesforce = salesforce
        self._fields = list(dict.fromkeys(rule.field for rule in rules))

    async def changed(self, since: datetime, after: str, limit: int) -> list[Changed]:
        rows = await self._salesforce.changed(self._fields, since, after, limit)
        return [Changed(row.record, row.external_id, row.modified_at, row.values) for row in rows]

    async def deleted(self, since: datetime) -> tuple[list[str], datetime]:
        return await self._salesforce.deleted(since)


def services(
    settings: Settings, numbers: Mapping[str, HandlerId], recipients: Mapping[str, Recipient]
) -> dict[type, object]:
    """By the name of the recipient in the settings, which is also how it is called in the trail."""
    hooks, asked = [], []
    for name, one in settings.recipient.items():
        teller, handler, rules = Teller(name, (one.contract,)), numbers[one.handler], _rules(one)
        secrets = tuple(secret.reveal().encode() for secret in (one.hook_secret, one.former_hook_secret) if secret)
        if secrets:
            hooks.append(Hook(handler, teller, secrets, rules or hubspot.RULES))
        connector = recipients[name].connector
        if isinstance(connector, Salesforce):  # deletions are heard without any rule
            asked.append(Asked(handler, teller, SalesforceSource(connector, rules), rules))
    return {Hooks: Hooks(settings.server.hooks_url, hooks), AskedSources: AskedSources(asked)}


def _rules(one: RecipientSettings) -> tuple[Rule, ...]:
    """What each named field says: a purpose opted out of, or (`*`) a request for what the field names."""
    return tuple(
        Rule(field) if matter == "*" else Rule(field, purpose=Purpose(matter))
        for field, matter in pairs(one.opt_outs).items()
    )
