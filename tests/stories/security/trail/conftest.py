"""A desk for each story: a fresh database with its trail."""

import pytest

from tests.conftest import Cluster
from tests.stories.security.trail.desk import Desk
from yumen.kit.db import Database, Role


@pytest.fixture
async def desk(database: Database, cluster: Cluster) -> Desk:
    await database.open(Role.SEQUENCER)
    return Desk(database, cluster)
