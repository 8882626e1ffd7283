"""A recipient's refresh tokens are kept sealed over a restart; a new one in the settings begins anew."""

from __future__ import annotations

import logging
from os import urandom

import pytest

from tests.stories.gateway.conftest import Gateway, gateway  # noqa: F401  # a fixture
from tests.stories.gateway.connectors.conftest import portal  # noqa: F401  # a fixture
from yumen.app.secrets import ProcessSecrets
from yumen.gateway.connectors import FieldMap
from yumen.gateway.connectors.hubspot import Account, HubSpot, RefreshLogin, TokenBook
from yumen.gateway.connectors.hubspot.token_book import MemoryBook
from yumen.gateway.refresh_tokens import KeptTokens
from yumen.kit.errors import NotSent
from yumen.kit.http import Http

FIELDS = FieldMap("member_no", {"Member_No": "member_no"}, {}, "yumen_version")


def kept(gateway: Gateway, secrets: ProcessSecrets, name: str = "hq") -> KeptTokens:  # noqa: F811
    return KeptTokens(gateway.work, secrets, gateway.handler, name)


async def test_the_newest_comes_first_then_the_former_then_that_of_the_settings(gateway: Gateway) -> None:  # noqa: F811
    secrets = ProcessSecrets(urandom(32))
    assert await kept(gateway, secrets).known("given") == ["given"]
    for token in ("first", "second", "third"):
        await kept(gateway, secrets).keep("given", token)
    assert await kept(gateway, secrets).known("given") == ["third", "second", "given"]
    assert await kept(gateway, secrets, "another").known("given") == ["given"]


async def test_another_token_in_the_settings_begins_anew(gateway: Gateway) -> None:  # noqa: F811
    secrets = ProcessSecrets(urandom(32))
    await kept(gateway, secrets).keep("given", "first")
    assert await kept(gateway, secrets).known("mended") == ["mended"]
    await kept(gateway, secrets).keep("mended", "second")
    assert await kept(gateway, secrets).known("mended") == ["second", "mended"]
    assert await kept(gateway, secrets).known("given") == ["given"]


async def test_no_token_stands_in_the_table(gateway: Gateway) -> None:  # noqa: F811
    await kept(gateway, ProcessSecrets(urandom(32))).keep("given-token", "renewed-token")
    (row,) = await gateway.rows("select * from gateway.refresh_token")
    assert not any(b"token" in bytes(value) for value in row.values() if isinstance(value, bytes | memoryview))


async def refreshed(portal, book: TokenBook, given: str) -> None:  # noqa: F811
    """One process: it logs in, asks, and dies."""
    app = await portal[1].app()
    async with Http() as http:
        login = RefreshLogin(app.client_id, app.client_secret, given)
        await HubSpot(http, Account(login, url=portal[0]), FIELDS, book).describe()


async def test_a_token_that_hubspot_rotates_lives_over_restarts(gateway: Gateway, portal, caplog) -> None:  # noqa: F811
    secrets, given = ProcessSecrets(urandom(32)), (await portal[1].app()).refresh_token
    await portal[1].change_portal(rotates_refresh_tokens=True)
    seen = [given]
    with caplog.at_level(logging.DEBUG):
        for _ in range(3):
            await refreshed(portal, kept(gateway, secrets), given)
            seen.append((await portal[1].app()).refresh_token)
    assert len(set(seen)) == 4
    assert not any(token in caplog.text for token in seen)
    with pytest.raises(NotSent, match="login_refused"):
        await refreshed(portal, MemoryBook(), given)


async def test_a_process_that_died_before_the_new_token_was_asked_for_goes_on_with_the_former(
    gateway: Gateway,  # noqa: F811
    portal,  # noqa: F811
) -> None:
    """The newest was kept, but the recipient forgot it (it restored a backup): the one before still works."""
    secrets, app = ProcessSecrets(urandom(32)), await portal[1].app()
    await kept(gateway, secrets).keep("given", app.refresh_token)
    await kept(gateway, secrets).keep("given", "na1-never-heard-of")
    await refreshed(portal, kept(gateway, secrets), "given")


async def test_an_app_that_was_removed_is_refused_by_every_token_once(gateway: Gateway, portal) -> None:  # noqa: F811
    secrets, app = ProcessSecrets(urandom(32)), await portal[1].app()
    await portal[1].change_portal(app_removed=True)
    with pytest.raises(NotSent, match="login_refused") as refusal:
        await refreshed(portal, kept(gateway, secrets), app.refresh_token)
    assert refusal.value.upstream == "BAD_REFRESH_TOKEN"
    await portal[1].change_portal(app_removed=False)
    await refreshed(portal, kept(gateway, secrets), app.refresh_token)
