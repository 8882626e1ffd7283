"""A supervised process ends when the process that started it is gone, so that a kill -9 leaves nothing behind."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Final

SUPERVISED: Final = "YUMEN_SUPERVISED"
"""Set by the supervisor for the programs it starts."""
LOOK_EVERY_S: Final = 0.5


def end_with_parent() -> None:
    """When supervised, watch the parent from a thread and ask this process to stop once it has gone."""
    if is_supervised():
        threading.Thread(target=_watch, args=(os.getppid(),), daemon=True, name="parent-watch").start()


def is_supervised() -> bool:
    return SUPERVISED in os.environ


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY_S)
    os.kill(os.getpid(), signal.SIGTERM)
