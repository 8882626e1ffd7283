"""What WeChat's pushes do here, and how a person who closed the account is erased."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.stories.app.conftest import Town, until
from yumen.app.demo.shopper import Visitor


async def known(town: Town) -> Visitor:
    visitor = await town.visitor()
    await visitor.answer_notices({"profile"})
    await visitor.share_phone()
    await visitor.fill_profile("小梅", "1990-05-17", "CN-SH")
    return visitor


def gone(town: Town, visitor: Visitor, *names: str) -> Callable[[], Awaitable[bool]]:
    async def looked() -> bool:
        await town.work_off()
        profile = await town.api.must("GET", "/v1/profile", visitor.token)
        return all(profile[name] is None for name in names)

    return looked


async def test_what_was_taken_back_at_wechat_is_deleted_here(town: Town) -> None:
    visitor, neighbour = await known(town), await known(town)
    await town.wechat.revoke(town.appid, visitor.person, "8")
    await until(gone(town, visitor, "phone_masked"))
    await town.wechat.revoke(town.appid, visitor.person, "6")
    await until(gone(town, visitor, "nickname"))
    profile = await town.api.must("GET", "/v1/profile", neighbour.token)
    assert (profile["nickname"], profile["phone_masked"] is None) == ("小梅", False)


async def test_a_profile_that_wechat_found_risky_is_blanked(town: Town) -> None:
    visitor = await known(town)
    await town.wechat.push(town.appid, "user_info_modified", visitor.person)
    await until(gone(town, visitor, "nickname"))
    assert (await town.api.must("GET", "/v1/profile", visitor.token))["birthday"] == "1990-05-17"


async def test_a_closed_account_is_erased_and_may_come_back_as_somebody_new(town: Town) -> None:
    visitor = await known(town)
    await town.wechat.cancel(visitor.person)

    async def erased() -> bool:
        await town.work_off()
        return (await town.api.ask("GET", "/v1/me", visitor.token))[0] == 401

    await until(erased)
    await town.work_off()
    assert await town.count("select count(*) from profile.phone") == 0
    assert await town.count("select count(*) from identity.alias") == 0
    assert await town.count("select count(*) from vault.shredding where done_at is not null") == 1
    kinds = "select count(*) from trail.entry where body like '%%subject.erased%%'"
    assert await town.count(kinds) == 1


async def test_a_push_about_nobody_we_know_changes_nothing(town: Town) -> None:
    person = await town.person()
    before = await town.count("select count(*) from trail.entry")
    await town.wechat.member(town.appid, person.id)
    await town.wechat.revoke(town.appid, person.id, "8")
    await until(lambda: handled(town))
    assert await town.count("select count(*) from trail.entry") == before
    assert await town.count("select count(*) from ops.job_failure") == 0


async def handled(town: Town) -> bool:
    await town.work_off()
    return await town.count("select count(*) from wechat.push_inbox where handled_at is not null") > 0
