"""A made sender in each profile."""

import pytest
from receiver.tests.made_sender import MadeSender

NAMES = {1: "intl", 2: "sm", 3: "dual"}


@pytest.fixture(params=NAMES, ids=NAMES.get)
def sender(request: pytest.FixtureRequest) -> MadeSender:
    return MadeSender(request.param)


@pytest.fixture
def dual() -> MadeSender:
    return MadeSender(3)
