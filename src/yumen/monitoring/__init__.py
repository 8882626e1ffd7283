"""What devices feel: measurements of the mini-program, taken in, counted, and forgotten after some days.

await beacons.take(uow, app, batch)
await beacons.list_counts(uow, since)
"""

from yumen.monitoring import beacons

__all__ = ["beacons"]
