"""Hand the package index a person chose for pip on to uv, which does not read pip's settings.

Many people in China build from a mirror named in `pip.conf` or in `PIP_INDEX_URL`. What is said to uv itself
(`UV_DEFAULT_INDEX`, `UV_INDEX_URL`, an index in `uv.toml`) wins. Nothing found here is ever written to a file.
"""

import configparser
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

# pip's setting → (uv's variable, what joins several values)
HANDED_ON = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "cert": ("SSL_CERT_FILE", " "),
    "proxy": ("ALL_PROXY", " "),
    "timeout": ("UV_HTTP_TIMEOUT", " "),
}
OWN_INDEX = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_CONFIG_FILE")


def variables(environ: Mapping[str, str], pip_files: Iterable[Path], uv_files: Iterable[Path]) -> dict[str, str]:
    """The variables to add for uv, so that it downloads from where pip would."""
    uv_is_told = any(environ.get(name) for name in OWN_INDEX) or any(_names_an_index(file) for file in uv_files)
    found = {}
    for setting, value in _pip_settings(environ, pip_files).items():
        variable, joint = HANDED_ON[setting]
        if environ.get(variable) or (uv_is_told and setting.endswith(("index-url", "links"))):
            continue
        found[variable] = joint.join(value.split())
    if "UV_INDEX" in found:  # pip asks every index and takes the best; the lock's hashes keep that honest
        found["UV_INDEX_STRATEGY"] = environ.get("UV_INDEX_STRATEGY", "unsafe-best-match")
    return found


def pip_files(environ: Mapping[str, str], home: Path) -> list[Path]:
    """Where pip looks for its settings, the strongest last (pip: "Configuration", Location)."""
    named = environ.get("PIP_CONFIG_FILE")
    if named == "/dev/null":
        return []
    config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    places = [
        *(Path(folder) / "pip/pip.conf" for folder in (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")),
        Path("/Library/Application Support/pip/pip.conf"),
        Path("/etc/pip.conf"),
        home / ".pip/pip.conf",
        home / "Library/Application Support/pip/pip.conf",
        config / "pip/pip.conf",
        Path(sys.prefix) / "pip.conf",
    ]
    return [*places, Path(named)] if named else places


def uv_files(environ: Mapping[str, str], home: Path) -> list[Path]:
    """Where uv looks for its own settings."""
    config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    return [Path("/etc/uv/uv.toml"), config / "uv/uv.toml"]


def _pip_settings(environ: Mapping[str, str], files: Iterable[Path]) -> dict[str, str]:
    settings: dict[str, str] = {}
    for section in ("global", "install"):
        for file in files:
            settings |= _section(file, section)
    for setting in HANDED_ON:
        value = environ.get("PIP_" + setting.upper().replace("-", "_"))
        if value:
            settings[setting] = value
    return settings


def _section(file: Path, section: str) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    try:
        parser.read(file, encoding="utf-8")
    except (OSError, UnicodeDecodeError, configparser.Error):
        return {}  # pip itself will complain about it
    items = dict(parser.items(section)) if parser.has_section(section) else {}
    return {
        key.replace("_", "-"): value for key, value in items.items() if key.replace("_", "-") in HANDED_ON and value
    }


def _names_an_index(file: Path) -> bool:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return any(
        line.split("#")[0].strip().startswith(("index-url", "[[index]]", "index ")) for line in text.splitlines()
    )
