"""The privacy guide on file with WeChat (用户隐私保护指引): an export of `getprivacysetting`, or typed by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from yumen.audit.world import World

Text = Annotated[str, Meta(max_length=4000)]

# wechat.md §11.2: information → interfaces and components; a key without interfaces is declared by the developer
APIS: Final[dict[str, tuple[str, ...]]] = {
    "UserInfo": ("chooseAvatar", "nickname", "getUserInfo", "getUserProfile"),
    "Location": (
        "getLocation",
        "startLocationUpdate",
        "startLocationUpdateBackground",
        "onLocationChange",
        "getFuzzyLocation",
    ),
    "ChooseLocation": ("chooseLocation", "choosePoi"),
    "Address": ("chooseAddress",),
    "Invoice": ("chooseInvoiceTitle", "chooseInvoice"),
    "RunData": ("getWeRunData",),
    "PhoneNumber": ("getPhoneNumber", "getRealtimePhoneNumber"),
    "LicensePlate": ("chooseLicensePlate",),
    "Album": ("chooseImage", "chooseMedia", "chooseVideo"),
    "MessageFile": ("chooseMessageFile",),
    "Record": ("startRecord", "getRecorderManager", "joinVoIPChat"),
    "Camera": ("createCameraContext", "createVKSession", "camera"),
    "BlueTooth": ("openBluetoothAdapter", "createBLEPeripheralServer"),
    "AlbumWriteOnly": ("saveImageToPhotosAlbum", "saveVideoToPhotosAlbum"),
    "Contact": ("addPhoneContact",),
    "CalendarWriteOnly": ("addPhoneCalendar", "addPhoneRepeatCalendar"),
    "Accelerometer": ("startAccelerometer",),
    "Compass": ("startCompass",),
    "DeviceMotion": ("startDeviceMotionListening",),
    "Gyroscope": ("startGyroscope",),
    "Clipboard": ("setClipboardData", "getClipboardData"),
}
KEY_OF: Final = {api: key for key, apis in APIS.items() for api in apis}


class Setting(msgspec.Struct, frozen=True, omit_defaults=True):
    """One kind of information and its purpose, as the guide says it."""

    privacy_key: Annotated[str, Meta(max_length=64)]
    privacy_text: Text = ""


class OwnerSetting(msgspec.Struct, frozen=True, omit_defaults=True):
    contact_email: Text = ""
    contact_phone: Text = ""
    contact_qq: Text = ""
    contact_weixin: Text = ""
    notice_method: Text = ""
    store_expire_timestamp: Text = ""

    @property
    def contact(self) -> str:
        return self.contact_email or self.contact_phone or self.contact_qq or self.contact_weixin


class Sdk(msgspec.Struct, frozen=True, omit_defaults=True):
    """A plug-in or SDK named in the guide."""

    sdk_name: Text = ""
    sdk_biz_name: Text = ""


class _File(msgspec.Struct, frozen=True):
    setting_list: Annotated[tuple[Setting, ...], Meta(max_length=500)] | None = None
    owner_setting: OwnerSetting | None = None
    sdk_privacy_info_list: tuple[Sdk, ...] = ()


@dataclass(frozen=True, slots=True)
class Guide:
    """What is on file. `origin` is the file it was read from."""

    origin: str
    settings: tuple[Setting, ...]
    owner: OwnerSetting

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(one.privacy_key for one in self.settings)


def read_guide(world: World, name: str) -> Guide | None:
    """The guide of that file; None, told among the unread, when it is none."""
    if (data := world.read(name)) is None:
        return None
    try:
        file = msgspec.json.decode(data, type=_File)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as refused:
        world.skip(name, "no_guide", why=str(refused)[:160])
        return None
    if file.setting_list is None and file.owner_setting is None:
        world.skip(name, "no_guide", why="setting_list")
        return None
    return Guide(name, file.setting_list or (), file.owner_setting or OwnerSetting())
