"""What comes home from abroad: opt-outs and requests, by HubSpot's webhooks and by asking Salesforce.

await hear(uow, teller, await who(uow, teller, record), statement)   # a no always wins, a yes is nothing
bus.tap(consent.ConsentGranted, objections.lift)                     # until the person says yes here
Gate(…, facts=[objections.facts])                                    # and until then nothing leaves on any ground
jobs.register("abroad.poll", poll_job, cron="*/5 * * * *")           # with AskedSources([Asked(…)])
"""

from yumen.gateway.inbound import deletions, hubspot, objections
from yumen.gateway.inbound.events import RightRequestedAbroad
from yumen.gateway.inbound.hearing import Outcome, Teller, hear, hear_all, who
from yumen.gateway.inbound.meaning import Kind, Right, Rule, Statement
from yumen.gateway.inbound.polling import Asked, AskedSources, Changed, Source, poll_job, read_deletions, read_source
from yumen.gateway.inbound.routes import ROUTES, Hook, Hooks

__all__ = [
    "ROUTES",
    "Asked",
    "AskedSources",
    "Changed",
    "Hook",
    "Hooks",
    "Kind",
    "Outcome",
    "Right",
    "RightRequestedAbroad",
    "Rule",
    "Source",
    "Statement",
    "Teller",
    "deletions",
    "hear",
    "hear_all",
    "hubspot",
    "objections",
    "poll_job",
    "read_deletions",
    "read_source",
    "who",
]
