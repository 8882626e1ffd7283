"""Make a new cluster: checksums on, passwords by SCRAM, nobody trusted; and how it runs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

from yumen.kit.errors import Code
from yumen.kit.postgres.account import Account

NOT_CREATED: Final = Code("postgres.not_created", 500)

CREATE_WAIT_MAX_S: Final = 120.0

SETTINGS: Final = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    # no value of a statement may reach the log: neither the statement nor the row that broke a rule
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
}
SETTINGS_FAST: Final = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "300",
}


def create_cluster(programs: Path, data: Path, account: Account, password: str) -> None:
    """Run initdb beside the final place and move it there, so that a kill in the middle leaves nothing half-made."""
    fresh, secret = data.with_name("data.new"), data.with_name("initdb-password")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    account.give(fresh, 0o700)
    secret.unlink(missing_ok=True)
    secret.touch(mode=0o600)
    account.give(secret, 0o600)
    secret.write_text(password)
    try:
        made = subprocess.run(  # noqa: S603 - our own list, no shell
            [
                *(str(programs / "initdb"), "-D", str(fresh), "-U", "postgres", "--pwfile", str(secret)),
                *("--auth=scram-sha-256", "--data-checksums", "--encoding=UTF8", "--no-locale"),
                *("--no-instructions", "--no-sync"),
            ],
            cwd="/",
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=CREATE_WAIT_MAX_S,
            check=False,
            **account.drop(),
        )
    finally:
        secret.unlink(missing_ok=True)
    if made.returncode != 0:
        shutil.rmtree(fresh, ignore_errors=True)
        raise NOT_CREATED(said=made.stderr.strip()[-400:])
    fresh.rename(data)


def environment() -> dict[str, str]:
    """Nothing of ours reaches the server: no PG* variable, no locale, no home."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
