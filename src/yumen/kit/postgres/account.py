"""Who runs PostgreSQL: it refuses to be root, so root hands it to an account that may do nothing else.

No account is created and no parent folder is opened. Where the account cannot enter a folder (root's home, a private
temporary folder), the caller shelters the files elsewhere instead.
"""

from __future__ import annotations

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypedDict

NOBODY: Final = "nobody"


class Drop(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    """The user and group ids PostgreSQL runs under; `dropped` when we are root and it is not us."""

    uid: int
    gid: int
    dropped: bool

    def drop(self) -> Drop:
        """The arguments of `subprocess` that start a program under this account."""
        return Drop(user=self.uid, group=self.gid, extra_groups=[]) if self.dropped else Drop()

    def owns(self, path: Path) -> bool:
        """Does this account own the path itself (links are not followed)?"""
        return path.lstat().st_uid == self.uid

    def give(self, path: Path, mode: int) -> None:
        """Make the path belong to this account alone."""
        if self.dropped:
            os.chown(path, self.uid, self.gid)
        path.chmod(mode)

    def enters(self, folder: Path) -> bool:
        """May this account walk into the folder? A dropped one is in no group but its own."""
        return not self.dropped or all(self._passes(step) for step in (folder, *folder.parents))

    def _passes(self, folder: Path) -> bool:
        found = folder.stat()
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        if found.st_gid == self.gid:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)


def choose_account() -> Account:
    """Ourselves, or `nobody` when we are root."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), dropped=False)
    nobody = pwd.getpwnam(NOBODY)
    return Account(nobody.pw_uid, nobody.pw_gid, dropped=True)
