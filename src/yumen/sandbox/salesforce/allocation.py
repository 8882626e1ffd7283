"""The rolling 24-hour allocation of API calls: counted by the minute, shown on every answer, refused with 403."""

from __future__ import annotations

from typing import Final

from yumen.sandbox.salesforce.calls import Call, Reply
from yumen.sandbox.salesforce.refusals import LONG_CALLS, Refusal
from yumen.sandbox.salesforce.world import DAY_S, World

BULK_JOBS_MAX: Final = 10_000


def spend(call: Call) -> None:
    """Count one call. Raises Refusal (403 REQUEST_LIMIT_EXCEEDED) when the allocation is used up."""
    world, minute = call.world, float(call.now // 60 * 60)
    if world.settings.org.long_calls:
        raise Refusal(403, "REQUEST_LIMIT_EXCEEDED", LONG_CALLS)
    if used(world, call.now) >= world.settings.org.daily_calls:
        raise Refusal(403, "REQUEST_LIMIT_EXCEEDED")
    spent = world.settings.spent
    if spent and spent[-1][0] == minute:
        spent[-1] = (minute, spent[-1][1] + 1)
    else:
        spent.append((minute, 1))
    world.save_settings()


def used(world: World, now: float) -> int:
    """Calls of the last 24 hours."""
    return sum(number for at, number in world.settings.spent if at > now - DAY_S)


def header(world: World, now: float) -> tuple[str, str]:
    """`Sforce-Limit-Info`."""
    return ("Sforce-Limit-Info", f"api-usage={used(world, now)}/{world.settings.org.daily_calls}")


def limits(call: Call) -> Reply:
    """`GET /limits`."""
    world, org = call.world, call.world.settings.org
    left = max(0, org.daily_calls - used(world, call.now))
    jobs = sum(job.created_at > call.now - DAY_S for job in world.jobs.values())
    records = sum(job.rows for job in world.jobs.values() if job.created_at > call.now - DAY_S)
    return Reply(
        {
            "DailyApiRequests": {"Max": org.daily_calls, "Remaining": left},
            "DailyBulkApiBatches": {"Max": 15_000, "Remaining": 15_000},
            "DailyBulkV2QueryJobs": {"Max": 10_000, "Remaining": 10_000},
            "DailyBulkV2IngestJobs": {"Max": BULK_JOBS_MAX, "Remaining": max(0, BULK_JOBS_MAX - jobs)},
            "DailyBulkV2IngestRecords": {"Max": 150_000_000, "Remaining": max(0, 150_000_000 - records)},
            "DataStorageMB": {"Max": 10_240, "Remaining": 10_000},
        }
    )
