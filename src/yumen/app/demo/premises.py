"""Where the demo lives: a folder with its settings, made once and found again, so that a second start goes on."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from yumen.app.configured import read_settings
from yumen.kit.crypto import Sm3
from yumen.kit.settings import FILE_VARIABLE, Merchant, Settings

FOLDER: Final = Path(".yumen/demo")
SETTINGS: Final = """\
# Settings of the demo, written by `yumen demo`. Everything here is made up.
environment = "development"

[handler.velvet]
name = "Velvet Pine (Shanghai) Trading Co., Ltd. (made up)"
name_zh = "绒松(上海)贸易有限公司(虚构)"
contact = "privacy@velvetpine.example"
contact_zh = "privacy@velvetpine.example"
notices_folder = "notices"

[brand.velvet]
handler = "velvet"
name = "Velvet Pine"
name_zh = "绒松"

[app.velvet]
brand = "velvet"
appid = "{appid}"
original_id = "{original_id}"
secret = "file:secrets/appsecret"
push_token = "file:secrets/push-token"
push_aes_key = "file:secrets/push-aes-key"
push_mode = "secure"
push_format = "json"

[merchant.velvet]
apps = ["velvet"]
mchid = "{mchid}"
serial = "{serial}"
private_key = "file:secrets/merchant-key.pem"
apiv3_key = "file:secrets/apiv3-key"

# headquarters' two systems, simulated; addresses are put in at the start
[recipient.salesforce]
handler = "velvet"
contract = "members-salesforce"
connector = "salesforce"
url = "http://127.0.0.1:8794"
object = "Contact"
external_id = "Yumen_Id__c"
version_field = "Yumen_Version__c"
fields = ["Member_No=Yumen_Id__c", "Nickname=LastName", "Points_Band=Points_Band__c"]
constants = ["LeadSource=WeChat"]
client_id = "{client_id}"
secret = "file:secrets/salesforce-secret"

[recipient.hubspot]
handler = "velvet"
contract = "members-hubspot"
connector = "hubspot"
url = "http://127.0.0.1:8796"
object = "contacts"
external_id = "member_no"
version_field = "yumen_version"
fields = ["Member_No=member_no", "Nickname=firstname", "Birth_Year=birth_year"]
secret = "file:secrets/hubspot-token"

[database]
embedded_folder = "postgres"

[keys]
folder = "kms"

[trail]
origin = "trail.velvetpine.example"
publish_folder = "published"
checkpoint_s = 0.5

[server]
subject_per_minute_max = 6000
address_per_minute_max = 60000

[clock]
movable = true

[demo]
sandboxes = true
folder = "sandbox"
"""
FACTS: Final = """\
# What the notice about the transfer abroad needs to say (PIPL art. 39). Made up.
[en]
export_recipient = "Velvet Pine Holding GmbH"
export_recipient_country = "Germany"
export_recipient_contact = "privacy@velvetpine.example"
export_recipient_rights = "write to privacy@velvetpine.example; an answer comes within 15 working days"
export_purpose = "one customer record for service in all countries"

[zh]
export_recipient = "Velvet Pine Holding GmbH"
export_recipient_country = "德国"
export_recipient_contact = "privacy@velvetpine.example"
export_recipient_rights = "致函 privacy@velvetpine.example,15 个工作日内答复"
export_purpose = "在各国门店提供服务的统一客户档案"
"""
MARK: Final = "made-by"
"""A file that says by which settings, notices and contracts the folder was made."""
SERIAL_BYTES: Final = 20
APIV3_KEY_LENGTH: Final = 32
RSA_BITS: Final = 2048
ALPHANUMERIC: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, slots=True)
class Premises:
    """The demo's folder and its settings."""

    folder: Path
    settings: Settings

    @property
    def merchant(self) -> Merchant:
        return self.settings.merchant["velvet"]

    @property
    def appid(self) -> str:
        return self.settings.app["velvet"].appid


def place(folder: Path = FOLDER) -> Path:
    """Where the demo lives: in this folder, or beside it where one that another version of Yumen made lies there.

    Notices and contracts are never changed under their number, so what was agreed to there cannot go on with others.
    """
    mark = _mark()
    known = folder / MARK
    if not (folder / "yumen.toml").exists() or (known.is_file() and known.read_text(encoding="utf-8") == mark):
        return folder
    return folder.with_name(f"{folder.name}-{mark[:8]}")


def _mark() -> str:
    texts = Sm3(SETTINGS.encode() + FACTS.encode())
    for package, texts_folder in (("yumen.customer.consent", "notices"), ("yumen.app.demo", "contracts")):
        for file in sorted(resources.files(package).joinpath(texts_folder).iterdir(), key=lambda one: one.name):
            texts.update(file.read_bytes())
    return texts.digest().hex()


def enter(folder: Path = FOLDER) -> Premises:
    """Make the folder and its settings when they are missing; from here on `YUMEN_CONFIG` names them."""
    file = folder.absolute() / "yumen.toml"
    if not file.exists():
        _write_secrets(file.parent)
        appid, original_id = f"wx{secrets.token_hex(8)}", f"gh_{secrets.token_hex(6)}"
        keep(file.parent / "notices" / "facts.toml", FACTS)
        mchid, serial = f"19{secrets.randbelow(10**8):08d}", secrets.token_hex(SERIAL_BYTES).upper()
        made = {"appid": appid, "original_id": original_id, "mchid": mchid, "serial": serial}
        keep(file.parent / MARK, _mark())
        keep(file, SETTINGS.format(**made, client_id=f"3MVG9{_random(40)}"))
    os.environ[FILE_VARIABLE] = str(file)
    return Premises(file.parent, read_settings(file).settings)


def _write_secrets(folder: Path) -> None:
    for name, value in (
        ("appsecret", secrets.token_hex(16)),
        ("push-token", secrets.token_hex(12)),
        ("push-aes-key", _random(43)),
        ("apiv3-key", _random(APIV3_KEY_LENGTH)),
        ("salesforce-secret", _random(64)),
        ("hubspot-token", f"pat-na1-{_random(36)}"),
        ("merchant-key.pem", _private_key()),
    ):
        keep(folder / "secrets" / name, value)


def keep(file: Path, content: str) -> None:
    """Whole or not at all, for its owner only."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text(content, encoding="utf-8")
    draft.replace(file)


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHANUMERIC) for _ in range(length))


def _private_key() -> str:
    """The merchant's key: made here and never shown to WeChat Pay, which gets the public one."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=RSA_BITS)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
