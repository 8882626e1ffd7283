"""Show 3: what people gave us lies nowhere in clear, and what was shredded is gone from backups too."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path

import psycopg
import pytest

from tests.conftest import Cluster
from tests.stories.app.conftest import Town, until
from tests.stories.security.keys.test_epochs import backup, restore
from tests.stories.security.vault.conftest import ADDRESS
from tests.unit.customer.profile.test_pictures import png, png_piece
from yumen.app.demo.cast import GIVEN, Part, Played
from yumen.app.demo.proof import disguised, search
from yumen.customer import profile
from yumen.kit.db import Database, Role
from yumen.kit.errors import Problem
from yumen.kit.ids import SubjectId
from yumen.kit.work import Actor, ActorKind
from yumen.security import vault
from yumen.security.keys import FileKms, Keyring, begin_epoch, destroy_epoch

TAKEN = "GPS 31.2304N 121.4737E"
TABLES = """
select format('%I.%I', schemaname, tablename) as name from pg_tables
 where schemaname not in ('pg_catalog', 'information_schema')
"""


async def test_no_file_table_log_or_letter_holds_a_made_up_value(
    own_town: Town, own_cluster: Cluster, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    values: set[str] = set()
    played = [await visit(own_town, part, values) for part in Part]
    await break_pushes(own_town, played)
    values |= own_town.secrets
    assert len(values) > 45

    dump = tmp_path / "dump"
    dump.mkdir()
    await dump_tables(own_town, own_cluster, dump)
    (dump / "log").write_bytes(b"\n".join([*own_town.log, caplog.text.encode()]))
    await own_town.publish()
    await own_cluster.admin.execute("checkpoint")
    folders = [own_cluster.server.folder, tmp_path]
    searched = await asyncio.to_thread(search, values, folders, disguised)
    assert searched.files > 1000
    assert searched.found == 0, await asyncio.to_thread(where, values, folders)

    (dump / "planted").write_text(f"x{played[0].person.pure_phone}x")
    assert search(values, [dump], disguised).found == 1, "the search finds what is there"


async def visit(town: Town, part: Part, values: set[str]) -> Played:
    """Everything a shopper can tell us, told; every value is noted."""
    person = await town.person()
    nickname, birthday = f"月亮{secrets.token_hex(4)}号", "1987-11-23"
    visitor = await town.visitor(person)
    await visitor.answer_notices(GIVEN[part] | {"profile"})
    await visitor.share_phone()
    status, _ = await visitor.fill_profile(nickname, birthday, "CN-SH")
    assert status == 200
    picture = png(png_piece(b"tEXt", b"Comment\0" + TAKEN.encode()))
    put = await town.shopper.ask(
        "PUT", "/v1/profile/avatar", body=picture, headers=[(b"content-type", b"image/png")], token=visitor.token
    )
    assert put.status == 204
    await open_sealed_phone(town, visitor.token, person.id)
    refused = await town.shopper.ask("PATCH", "/v1/profile", json={"nickname": nickname, "x": 1}, token=visitor.token)
    assert refused.status == 400
    key = await town.clerk("support") if part in list(Part)[:2] else None
    if key is not None:
        found = await town.staff.ask("POST", "/staff/v1/subjects/find", json={"phone": person.pure_phone}, token=key)
        assert [each["subject"] for each in found.json()["items"]] == [visitor.subject]
    member = await town.wechat.member(town.appid, person.id)
    values |= {member.openid, member.unionid or "", member.session_key or ""} - {""}
    values |= {person.pure_phone, person.name, nickname, birthday, birthday.replace("-", ""), TAKEN}
    return Played(person, part, visitor, member.openid)


async def open_sealed_phone(town: Town, token: str, person: str) -> None:
    pressed = await town.wechat.phone(town.appid, person)
    body = {"encrypted_data": pressed.encryptedData, "iv": pressed.iv}
    status, _ = await town.api.ask("POST", "/v1/phone", token, body)
    assert status == 200


async def break_pushes(town: Town, played: list[Played]) -> None:
    """Pushes about everybody; those that come while a table may not be written fail until they are dead letters."""
    owner = await town.house.database.connect(Role.OWNER, autocommit=True)
    async with owner:
        await owner.execute("revoke delete, update on profile.phone from yumen_app")
        for each in played:
            await town.wechat.revoke(town.appid, each.person.id, "8")
            await town.wechat.push(town.appid, "text", each.person.id, content=f"{each.person.name} {each.openid}")
        await until(lambda: delivered(town, 2 * len(played)))
        for _ in range(30):
            await owner.execute("update jobs.procrastinate_jobs set scheduled_at = null where status = 'todo'")
            await town.work_off()
            if await town.count("select count(*) from jobs.procrastinate_jobs where status = 'todo'") == 0:
                break
        await owner.execute("grant delete, update on profile.phone to yumen_app")
    assert await town.count("select count(*) from ops.job_failure") == len(played)
    leaving = next(each for each in played if each.part is Part.LEAVING)
    await town.wechat.cancel(leaving.person.id)
    await until(lambda: erased(town))


async def delivered(town: Town, wanted: int) -> bool:
    return await town.count("select count(*) from wechat.push_inbox") >= wanted


async def erased(town: Town) -> bool:
    await town.work_off()
    return await town.count("select count(*) from vault.shredding where done_at is not null") == 1


async def dump_tables(town: Town, cluster: Cluster, folder: Path) -> None:
    """Every table of both databases as text, where no compression hides anything."""
    for role in (Role.APP, Role.KEYS):
        name = psycopg.conninfo.conninfo_to_dict(town.databases.urls[role])["dbname"]
        url = psycopg.conninfo.make_conninfo(cluster.server.admin_url(), dbname=name)
        async with await psycopg.AsyncConnection.connect(url) as conn:
            for (table,) in await (await conn.execute(TABLES)).fetchall():
                async with conn.cursor().copy(f"copy {table} to stdout") as out:
                    content = b"".join([bytes(part) async for part in out])
                (folder / f"{role}.{table}").write_bytes(content)


def where(values: set[str], folders: list[Path]) -> list[str]:
    """Which form of which value lies in which file, for whoever has to find out why."""
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    return [
        f"{form!r} in {file}"
        for file in files
        for content in [file.read_bytes()]
        for value in values
        for form in disguised(value)
        if form in content
    ][:20]


async def test_after_shredding_neither_the_house_nor_an_old_backup_opens_the_membership_class(
    town: Town, cluster: Cluster, tmp_path: Path
) -> None:
    visitor = await town.visitor()
    await visitor.answer_notices({"profile"})
    await visitor.share_phone()
    await visitor.fill_profile("小梅", "1990-05-17", "CN-SH")
    subject = SubjectId(await town.count("select id from identity.subject where ref = %s", visitor.subject))
    async with await town.house.database.connect(Role.OWNER) as owner:
        row = await (await owner.execute("select phone_sealed from profile.phone")).fetchone()
        alias = await (await owner.execute("select openid_sealed from identity.alias")).fetchone()
    assert row is not None
    assert alias is not None
    staff = Actor(ActorKind.STAFF, "stf_0000000000000000000000000a", town.handler)
    async with town.house.work.begin(staff) as uow:
        kept = await vault.seal(uow, subject, ADDRESS, "长宁区")
    dump = await backup(Database(town.databases.urls))
    phone = profile.fields.PHONE

    await town.wechat.cancel(visitor.person)
    await until(lambda: erased(town))
    async with town.house.work.begin(staff) as uow:
        with pytest.raises(Problem, match=r"keys\.shredded"):
            await vault.unseal(uow, subject, phone, row["phone_sealed"])
        assert await vault.unseal(uow, subject, ADDRESS, kept) == "长宁区"

    urls = await cluster.create_pair()
    thief = Database(urls)
    await thief.open(Role.KEYS)
    kms = FileKms(tmp_path / "kms")
    try:
        await restore(thief, dump)
        ring = Keyring(thief, kms)
        await ring.open()
        stolen = await ring.find_keys([subject], phone.retention)
        opened = vault.Vault(ring).unseal(stolen[subject], phone, row["phone_sealed"])
        assert opened.startswith(b"+86"), "before the epoch is destroyed the backup still opens"

        custody = town.house.keyring.custody
        await begin_epoch(custody)
        await town.house.keyring.rewrap(lambda done: None)
        await destroy_epoch(custody, 1)
        with pytest.raises(Problem, match=r"keys\.kms_refused"):
            await Keyring(thief, kms).find_keys([subject], phone.retention)
    finally:
        await thief.close()
        await cluster.drop_pair(urls)
    async with town.house.work.begin(staff) as uow:
        assert await vault.unseal(uow, subject, ADDRESS, kept) == "长宁区"
