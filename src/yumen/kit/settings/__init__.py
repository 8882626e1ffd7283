"""Typed settings from one TOML file and the environment; what is unknown, wrong or unfit is refused with its place."""

from yumen.kit.settings.faults import Fault, SettingsRefused
from yumen.kit.settings.read import FILE_VARIABLE, Loaded, load
from yumen.kit.settings.render import (
    Effective,
    Entry,
    effective,
    effective_json,
    effective_text,
    settings_reference,
)
from yumen.kit.settings.secret import Secret
from yumen.kit.settings.shape import (
    App,
    Brand,
    ChapterSettings,
    ClockSettings,
    DatabaseSettings,
    DeliverySettings,
    DemoSettings,
    Handler,
    KeysSettings,
    LoggingSettings,
    Merchant,
    ServerSettings,
    Settings,
    TrailSettings,
    WechatSettings,
    WorkerSettings,
)

__all__ = [
    "FILE_VARIABLE",
    "App",
    "Brand",
    "ChapterSettings",
    "ClockSettings",
    "DatabaseSettings",
    "DeliverySettings",
    "DemoSettings",
    "Effective",
    "Entry",
    "Fault",
    "Handler",
    "KeysSettings",
    "Loaded",
    "LoggingSettings",
    "Merchant",
    "Secret",
    "ServerSettings",
    "Settings",
    "SettingsRefused",
    "TrailSettings",
    "WechatSettings",
    "WorkerSettings",
    "effective",
    "effective_json",
    "effective_text",
    "load",
    "settings_reference",
]
