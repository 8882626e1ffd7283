"""How the tests are shared out to processes: by file; the storefront's together, since they are in one shop; the long
runs one by one, since each takes minutes.
"""

from __future__ import annotations

from typing import Final

from xdist.scheduler.loadfile import LoadFileScheduling

STOREFRONT: Final = "tests/e2e/storefront/"
LONG: Final = "tests/soak/"


class ByShop(LoadFileScheduling):
    """Opening the shop takes a dozen processes; six of them at once left no time for anybody in it."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        if file.startswith(LONG):
            return nodeid
        return STOREFRONT if file.startswith(STOREFRONT) else file
