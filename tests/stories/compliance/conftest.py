"""The stories of what the brand owes are played in the whole house."""

from tests.stories.app.conftest import sandbox, town  # noqa: F401  # fixtures
