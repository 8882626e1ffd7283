"""PostgreSQL without an installation: start it over binaries that are already here, stop it, survive a kill -9.

For demo, development and tests. Production names its own servers by DSN and is refused this one.
"""

from yumen.kit.postgres.binaries import Binaries, find_binaries
from yumen.kit.postgres.launch import Server, ensure
from yumen.kit.postgres.roles import LOGINS, MAIN_DATABASE, Login, grant_sql, keys_database_of, role_sql

__all__ = [
    "LOGINS",
    "MAIN_DATABASE",
    "Binaries",
    "Login",
    "Server",
    "ensure",
    "find_binaries",
    "grant_sql",
    "keys_database_of",
    "role_sql",
]
