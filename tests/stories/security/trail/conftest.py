from collections.abc import AsyncIterator

import pytest

from tests.conftest import Cluster
from tests.stories.security.trail.desk import Desk
from yumen.kit.db import Database, Role


@pytest.fixture
async def desk(database: Database, cluster: Cluster) -> AsyncIterator[Desk]:
    await database.open(Role.SEQUENCER)
    yield Desk(database, cluster)
