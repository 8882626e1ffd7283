"""Work that is done later: deferred inside the act's own transaction, retried with patience, never lost in silence.

`run_worker` lives in `kit.jobs.worker`: only a worker pays for importing the queue's library.
"""

from yumen.kit.jobs.arguments import Arguments, NotIds, Scalar
from yumen.kit.jobs.dead import NO_SUCH_LETTER, STILL_WAITING, DeadLetter, discard, list_dead, replay, show
from yumen.kit.jobs.registry import Backoff, Job, Jobs

__all__ = [
    "NO_SUCH_LETTER",
    "STILL_WAITING",
    "Arguments",
    "Backoff",
    "DeadLetter",
    "Job",
    "Jobs",
    "NotIds",
    "Scalar",
    "discard",
    "list_dead",
    "replay",
    "show",
]
