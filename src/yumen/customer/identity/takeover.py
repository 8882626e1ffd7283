"""Take over many persons from another system at once: recognise whom we know, enrol the others, name them all.

A step of a story that records one leaf for the whole batch (`app.transfer`); no event is emitted for each person. The
rule is that of a first login: an openid or a unionid names a person, and nothing else does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from yumen.customer.identity import takeover_store as store
from yumen.customer.identity.enrolment import NamedMeanwhile
from yumen.customer.identity.fields import OPENID, UNIONID
from yumen.kit.ids import AppKey, SubjectId, new_id
from yumen.kit.work import UnitOfWork
from yumen.security import vault
from yumen.security.datamap import Field
from yumen.security.vault import Vault


@dataclass(frozen=True, slots=True)
class Named:
    """What WeChat calls somebody in one app, as another system kept it."""

    app: AppKey
    openid: str
    unionid: str = ""

    def __repr__(self) -> str:
        """Never the names."""
        return f"Named({self.app})"


@dataclass(frozen=True, slots=True)
class Recognised:
    """Whom the openid names and whom the unionid names here, if anybody."""

    by_openid: SubjectId | None = None
    by_unionid: SubjectId | None = None


async def recognise(uow: UnitOfWork, names: Sequence[Named | None]) -> list[Recognised]:
    """For each, in order; the unionids among them stay locked against first logins until commit."""
    index = uow.use(Vault).index
    openids = [None if one is None else (one.app, index(uow.handler, OPENID, one.openid)) for one in names]
    unionids = [index(uow.handler, UNIONID, one.unionid) if one and one.unionid else None for one in names]
    joined = [one for one in unionids if one is not None]
    await store.lock_unionids(uow.conn, uow.handler, joined)
    of_openid = await store.find_openids(uow.conn, [one for one in openids if one is not None])
    of_unionid = await store.find_unionids(uow.conn, uow.handler, joined)
    return [
        Recognised(
            None if openid is None else of_openid.get(openid), None if unionid is None else of_unionid.get(unionid)
        )
        for openid, unionid in zip(openids, unionids, strict=True)
    ]


async def enrol(uow: UnitOfWork, since: Sequence[datetime]) -> list[SubjectId]:
    """So many new persons of this handler, each known since that moment."""
    if not since:
        return []
    subjects = await store.next_subject_ids(uow.conn, len(since))
    persons = [(subject, new_id("sub"), at) for subject, at in zip(subjects, since, strict=True)]
    await store.insert_subjects(uow.conn, uow.handler, persons)
    return subjects


async def name(uow: UnitOfWork, names: Sequence[tuple[SubjectId, Named]]) -> None:
    """Give persons the names that nobody has yet.

    Raises `NamedMeanwhile` when a login gave one of them away since `recognise`: roll back and begin again.
    """
    if not names:
        return
    values: list[tuple[SubjectId, Field, str]] = []
    for subject, named in names:
        values.append((subject, OPENID, named.openid))
        if named.unionid:
            values.append((subject, UNIONID, named.unionid))
    sealed = iter(await vault.seal_many(uow, values))
    index = uow.use(Vault).index
    rows: list[store.AliasRow] = []
    for subject, named in names:
        openid = next(sealed)
        unionid = (index(uow.handler, UNIONID, named.unionid), next(sealed)) if named.unionid else (None, None)
        rows.append((named.app, index(uow.handler, OPENID, named.openid), subject, openid, *unionid))
    if await store.insert_aliases(uow.conn, uow.handler, rows, uow.now) < len(rows):
        raise NamedMeanwhile
