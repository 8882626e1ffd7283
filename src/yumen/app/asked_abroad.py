"""What a person asked at a recipient abroad becomes an open request here, and an alarm when nobody answers in time."""

from __future__ import annotations

from typing import Final

from yumen.app.alarms import raise_alarm
from yumen.compliance import rights
from yumen.customer import identity
from yumen.gateway.inbound import RightRequestedAbroad
from yumen.kit.events import Bus
from yumen.kit.ids import HandlerId, SubjectId
from yumen.kit.jobs import Arguments, Jobs
from yumen.kit.work import Actor, ActorKind, Work

OPEN: Final = "rights.open_request"
OVERDUE: Final = "rights.overdue"


def register(jobs: Jobs, bus: Bus) -> None:
    """Make the jobs known; 01:50 UTC is a Chinese morning."""
    jobs.register(OPEN, open_request_job)
    jobs.register(OVERDUE, overdue_job, cron="50 1 * * *")
    bus.listen(RightRequestedAbroad, OPEN)


async def open_request_job(work: Work, args: Arguments) -> None:
    """Once for each statement, however often the job runs."""
    async with work.begin(_worker(HandlerId(int(args["handler"] or 0)))) as uow:
        subject = SubjectId(int(args["subject"] or 0))
        await rights.heard.open_request(uow, subject, str(args["right"]), str(args["source"]), str(args["heard"]))


async def overdue_job(work: Work, args: Arguments) -> None:
    """Name the recipients at which somebody asked what has not been answered in time."""
    for handler in work.use(identity.Apps).handlers():
        async with work.begin(_worker(handler)) as uow:
            for source in await rights.heard.sources_overdue(uow):
                await raise_alarm(uow, "rights.overdue", source)


def _worker(handler: HandlerId) -> Actor:
    return Actor(ActorKind.SYSTEM, "worker", handler)
