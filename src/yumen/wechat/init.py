"""Write the first settings for a user's own appid: a commented `yumen.toml`, and each secret in a file of its own.

Secrets lie beside it in `secrets/`, readable by their owner only, and are named by `file:`; the push token and key
are made here and are to be pasted into Tencent's console. Nothing that exists is overwritten.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import string
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from yumen.kit.errors import Code
from yumen.kit.i18n import Language, text
from yumen.wechat.account import APPID, SECRET

EXISTS: Final = Code("wechat.init_exists", 409)
APPID_WRONG: Final = Code("wechat.init_appid", 400)
SECRET_WRONG: Final = Code("wechat.init_secret", 400)
COMPANY_WRONG: Final = Code("wechat.init_company", 400)
HOOKS_WRONG: Final = Code("wechat.init_hooks_url", 400)

COMPANY_MAX: Final = 200
LETTERS: Final = string.ascii_letters + string.digits
HOOKS_URL: Final = re.compile(r"https://[A-Za-z0-9.-]{1,253}(:443)?")
SETTINGS_FILE: Final = "yumen.toml"
SECRETS_FOLDER: Final = "secrets"


@dataclass(frozen=True, slots=True)
class Answers:
    """What is asked of whoever begins. `secret` may be left out: its file is made empty, to be filled.

    `hooks_url` is where WeChat will reach the hooks: `https://` and a host, since it calls port 443 only.
    """

    appid: str
    company: str
    company_zh: str = ""
    secret: str = field(default="", repr=False)
    hooks_url: str = ""


def write(folder: Path, answers: Answers) -> list[Path]:
    """Write the files and name them.

    Raises `wechat.init_exists`, `wechat.init_appid`, `_secret`, `_company`, `_hooks_url`.
    """
    _check(answers)
    contents = {
        f"{SECRETS_FOLDER}/wechat-secret": answers.secret,
        f"{SECRETS_FOLDER}/push-token": _random(32),
        f"{SECRETS_FOLDER}/push-aes-key": _random(43),
        SETTINGS_FILE: render(answers),
    }
    taken = next((name for name in contents if (folder / name).exists()), None)
    if taken is not None:
        raise EXISTS(file=taken)
    (folder / SECRETS_FOLDER).mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in contents.items():
        _put(folder / name, content, 0o644 if name == SETTINGS_FILE else 0o600)
    return [folder / name for name in contents]


def render(answers: Answers) -> str:
    """`yumen.toml` with a comment in both languages over every part. Pure."""
    parts: tuple[tuple[str, list[str]], ...] = (
        ("head", []),
        ("handler", ["[handler.company]", f"name = {_quoted(answers.company)}", *_chinese(answers)]),
        ("brand", ["[brand.shop]", 'handler = "company"', f"name = {_quoted(answers.company)}", *_chinese(answers)]),
        ("app", ["[app.mini]", 'brand = "shop"', f'appid = "{answers.appid}"']),
        ("secret", [f'secret = "file:{SECRETS_FOLDER}/wechat-secret"']),
        (
            "push",
            [
                f'push_token = "file:{SECRETS_FOLDER}/push-token"',
                f'push_aes_key = "file:{SECRETS_FOLDER}/push-aes-key"',
                'push_mode = "secure"',
                'push_format = "json"',
            ],
        ),
        ("server", ["[server]", f"hooks_url = {_quoted(answers.hooks_url)}"] if answers.hooks_url else []),
    )
    written = [_comment(part, answers) + lines for part, lines in parts if lines or part == "head"]
    return "\n\n".join("\n".join(block) for block in written) + "\n"


def _comment(part: str, answers: Answers) -> list[str]:
    address = f"{answers.hooks_url or 'https://…'}/hooks/wechat/{answers.appid}"
    languages: tuple[Language, ...] = ("en", "zh")
    return [f"# {text(f'wechat.init.{part}', language, address=address)}" for language in languages]


def _chinese(answers: Answers) -> list[str]:
    return [f"name_zh = {_quoted(answers.company_zh)}"] if answers.company_zh else []


def _quoted(value: str) -> str:
    """A TOML basic string; JSON's escapes are among TOML's."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _random(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def _put(file: Path, content: str, mode: int) -> None:
    """Make the file with that mode from its first moment; never follow or replace what is there."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(content)


def _check(answers: Answers) -> None:
    if APPID.fullmatch(answers.appid) is None:
        raise APPID_WRONG(at="/appid")
    if answers.secret and SECRET.fullmatch(answers.secret) is None:
        raise SECRET_WRONG(at="/secret")
    names = (answers.company, answers.company_zh)
    if not answers.company.strip() or any(len(name) > COMPANY_MAX or not name.isprintable() for name in names):
        raise COMPANY_WRONG(at="/company", most=COMPANY_MAX)
    if answers.hooks_url and HOOKS_URL.fullmatch(answers.hooks_url) is None:
        raise HOOKS_WRONG(at="/hooks_url")
