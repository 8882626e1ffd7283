"""The login roles and the two databases, with a wall between them.

The embedded server makes them itself. On a managed PostgreSQL the operator runs `role_sql()` once, as whatever
administrator the cloud gives (CREATEROLE and CREATEDB are enough; no superuser).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import sql

MAIN_DATABASE: Final = "yumen"
KEYS_DATABASE: Final = "yumen_keys"


@dataclass(frozen=True, slots=True)
class Login:
    """One login role: its name in PostgreSQL and whether it belongs to the key database."""

    name: str
    role: str
    keys: bool = False
    owns: bool = False


LOGINS: Final = (
    Login("yumen_owner", "owner", owns=True),
    Login("yumen_app", "app"),
    Login("yumen_sequencer", "sequencer"),
    Login("yumen_staff", "staff"),
    Login("yumen_keys_owner", "keys_owner", keys=True, owns=True),
    Login("yumen_keys", "keys", keys=True),
)


def new_passwords() -> dict[str, str]:
    """A random password for each login role and the administrator."""
    return {name: secrets.token_urlsafe(24) for name in ("postgres", *(login.name for login in LOGINS))}


def keys_database_of(main: str) -> str:
    """The key database that stands beside a main database."""
    return f"{main}_keys"


def grant_sql(main: str, keys: str) -> sql.Composed:
    """Let each role into its own database and nobody else into any. Run by the owner or the administrator."""
    parts: list[sql.Composable] = []
    for database, inner in ((main, False), (keys, True)):
        name = sql.Identifier(database)
        parts.append(sql.SQL("revoke all on database {} from public;").format(name))
        parts.extend(
            sql.SQL("grant connect on database {} to {};").format(name, sql.Identifier(login.name))
            for login in LOGINS
            if login.keys is inner
        )
    return sql.SQL("\n").join(parts)


def provision(admin: psycopg.Connection[tuple[object, ...]], passwords: Mapping[str, str]) -> None:
    """Make the roles and databases that are missing. `admin` is in autocommit; doing it again changes nothing."""
    known = {row[0] for row in admin.execute("select rolname from pg_roles where rolname like 'yumen%'")}
    for login in LOGINS:
        if login.name not in known:
            create = sql.SQL("create role {} login nosuperuser nocreatedb nocreaterole password {}")
            admin.execute(create.format(sql.Identifier(login.name), sql.Literal(passwords[login.name])))
    databases = {row[0] for row in admin.execute("select datname from pg_database")}
    for login in LOGINS:
        database = KEYS_DATABASE if login.keys else MAIN_DATABASE
        if login.owns and database not in databases:
            create = sql.SQL("create database {} owner {}")
            admin.execute(create.format(sql.Identifier(database), sql.Identifier(login.name)))
    admin.execute(grant_sql(MAIN_DATABASE, KEYS_DATABASE))
    admin.execute("revoke all on database postgres, template1 from public")


def role_sql() -> str:
    """The same as a text for `psql`, with each password as a variable: `psql -v yumen_app_password=… -f roles.sql`."""
    lines = ["-- Run once, as an administrator with CREATEROLE and CREATEDB, connected to any database."]
    lines += [f"create role {login.name} login password :'{login.name}_password';" for login in LOGINS]
    for login in LOGINS:
        if login.owns:
            database = KEYS_DATABASE if login.keys else MAIN_DATABASE
            lines += [f"grant {login.name} to current_user;", f"create database {database} owner {login.name};"]
    lines.append(grant_sql(MAIN_DATABASE, KEYS_DATABASE).as_string(None))
    return "\n".join(lines) + "\n"
