"""What can be set: the sections of `yumen.toml`, each with its types, bounds and defaults.

The meaning of each setting is the text `settings.<section>.<name>` in the locales. Lengths of time end in `_s`
(seconds), sizes in `_bytes`, bounds in `_max`. Folders are relative to the folder of `yumen.toml`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from yumen.kit.settings.secret import Secret

Environment = Literal["development", "test", "production"]
Port = Annotated[int, Meta(ge=0, le=65_535)]
Count = Annotated[int, Meta(ge=1)]
Seconds = Annotated[float, Meta(gt=0, le=3_600)]
Url = Annotated[str, Meta(pattern=r"^https?://[^/\s?#]+(/[^\s?#]*)?$")]
Region = Annotated[str, Meta(pattern=r"^([a-z_]+/[A-Za-z0-9-]+)?$")]
"""`cloud/region`, for example `tencent/ap-shanghai`; empty when not declared."""
Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]
"""How one part of the settings calls another: `[brand.velvet]` is `velvet`."""
TakeBack = Literal["delete", "anonymise", "suppress"]
OrderEvent = Literal["order.paid", "order.shipped", "order.refunded"]
OptOut = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,79}=(marketing|export|sharing|profile|\*)$")]
"""A recipient's field and what it opts out of; `*`: the field names what is asked for."""


class Handler(Struct, frozen=True, kw_only=True):
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    name_zh: Annotated[str, Meta(max_length=200)] = ""
    credit_code: Annotated[str, Meta(pattern=r"^([0-9A-HJ-NPQRTUWXY]{18})?$")] = ""
    contact: Annotated[str, Meta(max_length=200)] = ""
    contact_zh: Annotated[str, Meta(max_length=200)] = ""
    notices_folder: Path | None = None
    critical: bool = False
    barred: tuple[str, ...] = ()
    sector: Annotated[str, Meta(pattern="^[a-z][a-z_]{0,31}$")] = "retail"
    scenario: Annotated[str, Meta(pattern="^[a-z][a-z_]{0,31}$")] = "membership"
    alarms: Annotated[tuple[Annotated[int, Meta(ge=1, le=100)], ...], Meta(max_length=10)] = ()
    views: Literal["", "opened", "reachable"] = ""
    views_decided_by: Annotated[str, Meta(max_length=200)] = ""
    views_decided_on: Annotated[str, Meta(pattern=r"^(20[0-9]{2}-[01][0-9]-[0-3][0-9])?$")] = ""


class Brand(Struct, frozen=True, kw_only=True):
    handler: Name
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    name_zh: Annotated[str, Meta(max_length=200)] = ""


class App(Struct, frozen=True, kw_only=True):
    brand: Name
    appid: Annotated[str, Meta(pattern=r"^w[wx][0-9a-f]{16}$")]
    kind: Literal["mini", "official", "wecom"] = "mini"
    original_id: Annotated[str, Meta(pattern=r"^(gh_[0-9a-f]{12})?$")] = ""
    secret: Secret = field(default_factory=lambda: Secret(""))
    push_token: Secret = field(default_factory=lambda: Secret(""))
    push_aes_key: Secret = field(default_factory=lambda: Secret(""))
    push_mode: Literal["plain", "compatible", "secure"] = "secure"
    push_format: Literal["json", "xml"] = "json"


class Merchant(Struct, frozen=True, kw_only=True):
    apps: tuple[Name, ...]
    mchid: Annotated[str, Meta(pattern=r"^[0-9]{8,10}$")]
    serial: Annotated[str, Meta(pattern=r"^[0-9A-F]{16,40}$")]
    private_key: Secret
    apiv3_key: Secret
    former_apiv3_key: Secret = field(default_factory=lambda: Secret(""))
    algorithm: Literal["rsa", "sm"] = "rsa"
    public_key_id: Annotated[str, Meta(pattern=r"^(PUB_KEY_ID_[0-9A-Za-z]{1,64})?$")] = ""
    public_key: Secret = field(default_factory=lambda: Secret(""))
    platform_certificates: Secret = field(default_factory=lambda: Secret(""))
    notify_url: Url | None = None
    fee_ppm: Annotated[int, Meta(ge=0, le=100_000)] = 6_000
    base_urls: tuple[Url, ...] = ("https://api.mch.weixin.qq.com", "https://api2.mch.weixin.qq.com")


class DatabaseSettings(Struct, frozen=True, kw_only=True):
    owner: Secret = field(default_factory=lambda: Secret(""))
    app: Secret = field(default_factory=lambda: Secret(""))
    sequencer: Secret = field(default_factory=lambda: Secret(""))
    staff: Secret = field(default_factory=lambda: Secret(""))
    keys_owner: Secret = field(default_factory=lambda: Secret(""))
    keys: Secret = field(default_factory=lambda: Secret(""))
    jobs: Secret = field(default_factory=lambda: Secret(""))
    region: Region = ""
    keys_region: Region = ""
    pool_max: Annotated[int, Meta(ge=1, le=200)] = 16
    embedded_folder: Path = Path(".yumen/postgres")
    bin_folder: Path | None = None

    @property
    def embedded(self) -> bool:
        """No server is named at all: the embedded one is meant."""
        return not any((self.owner, self.app, self.sequencer, self.staff, self.keys_owner, self.keys))


class KeysSettings(Struct, frozen=True, kw_only=True):
    kms: Literal["file", "tencent", "alibaba"] = "file"
    folder: Path = Path(".yumen/kms")
    region: Region = ""
    suite: Literal["sm", "intl"] = "sm"
    cache_max: Annotated[int, Meta(ge=0, le=10_000_000)] = 50_000
    unseal_per_minute_max: Count = 60_000


class TrailSettings(Struct, frozen=True, kw_only=True):
    origin: Annotated[str, Meta(pattern=r"^[^\s+]+$", max_length=200)] = "yumen.local/trail"
    publish_folder: Path = Path(".yumen/published")
    bucket_url: Url | None = None
    bucket_region: Annotated[str, Meta(pattern=r"^[a-z0-9-]{0,40}$")] = ""
    bucket_key_id: Secret = field(default_factory=lambda: Secret(""))
    bucket_key_secret: Secret = field(default_factory=lambda: Secret(""))
    region: Region = ""
    checkpoint_s: Seconds = 10.0


class ServerSettings(Struct, frozen=True, kw_only=True):
    host: str = "127.0.0.1"
    shopper_port: Port = 8700
    staff_port: Port = 8701
    hooks_port: Port = 8702
    shopper_url: Url = "http://127.0.0.1:8700"
    staff_url: Url = "http://127.0.0.1:8701"
    hooks_url: Url = "http://127.0.0.1:8702"
    workers: Annotated[int, Meta(ge=1, le=256)] = 1
    trusted_proxies: tuple[str, ...] = ()
    body_max_bytes: Annotated[int, Meta(ge=1_024, le=16_777_216)] = 65_536
    upload_max_bytes: Annotated[int, Meta(ge=1_024, le=16_777_216)] = 2_097_152
    header_max_bytes: Annotated[int, Meta(ge=1_024, le=1_048_576)] = 16_384
    subject_per_minute_max: Count = 240
    address_per_minute_max: Count = 600
    drain_s: Seconds = 20.0


class WechatSettings(Struct, frozen=True, kw_only=True):
    base_urls: tuple[Url, ...] = ("https://api.weixin.qq.com", "https://api2.weixin.qq.com")
    ca_bundle: Path | None = None
    proxy: Url | None = None
    connect_s: Seconds = 3.0
    timeout_s: Seconds = 8.0


class WorkerSettings(Struct, frozen=True, kw_only=True):
    concurrency: Annotated[int, Meta(ge=1, le=64)] = 4
    heartbeat_s: Seconds = 5.0
    stalled_s: Seconds = 30.0
    drain_s: Seconds = 20.0


class LoggingSettings(Struct, frozen=True, kw_only=True):
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["json", "text"] = "json"


class ClockSettings(Struct, frozen=True, kw_only=True):
    movable: bool = False


class ChapterSettings(Struct, frozen=True, kw_only=True):
    catalog: bool = True
    loyalty: bool = True
    orders: bool = True


class ShopSettings(Struct, frozen=True, kw_only=True):
    shipping_fen: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    free_from_fen: Annotated[int, Meta(ge=0, le=100_000_000_000)] | None = None
    round_to_fen: Annotated[int, Meta(ge=1, le=100)] = 1
    unpaid_minutes: Annotated[int, Meta(ge=5, le=1_440)] = 30


class MessageSettings(Struct, frozen=True, kw_only=True):
    app: Name
    about: Literal["points_expiring", "parcel_sent"]
    template: Annotated[str, Meta(min_length=1, max_length=100)]
    keys: tuple[Annotated[str, Meta(pattern=r"^[a-z_]+[0-9]{1,2}=[a-z_]{1,32}$")], ...]
    page: Annotated[str, Meta(max_length=200)] = ""


class DeliverySettings(Struct, frozen=True, kw_only=True):
    handler: Name
    url: Url | None = None
    secret: Secret = field(default_factory=lambda: Secret(""))
    folder: Path | None = None
    events: tuple[OrderEvent, ...] = ("order.paid", "order.shipped", "order.refunded")


class RecipientSettings(Struct, frozen=True, kw_only=True):
    handler: Name
    contract: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,47}$")]
    connector: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{1,31}$")]
    url: Url
    object: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{0,80}$")] = ""
    external_id: Annotated[str, Meta(max_length=80)] = ""
    version_field: Annotated[str, Meta(max_length=80)] = ""
    fields: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()
    suppress: tuple[str, ...] = ()
    anonymous: tuple[str, ...] = ()
    take_back: tuple[TakeBack, ...] = ()
    hard_delete: bool = False
    unsubscribe: bool = False
    client_id: Annotated[str, Meta(max_length=255)] = ""
    username: Annotated[str, Meta(max_length=255)] = ""
    secret: Secret = field(default_factory=lambda: Secret(""))
    private_key: Secret = field(default_factory=lambda: Secret(""))
    refresh_token: Secret = field(default_factory=lambda: Secret(""))
    audience: Url | None = None
    api_version: Annotated[str, Meta(pattern=r"^([1-9][0-9]\.0)?$")] = ""
    salt: Secret = field(default_factory=lambda: Secret(""))
    egress: tuple[str, ...] = ()
    proxy: Url | None = None
    ca_bundle: Path | None = None
    connections_max: Annotated[int, Meta(ge=1, le=64)] = 16
    bulk_from: Annotated[int, Meta(ge=0, le=100_000)] = 2_000
    calls_a_day_max: Annotated[int, Meta(ge=0)] = 0
    calls_left_min: Annotated[int, Meta(ge=0)] = 0
    hook_secret: Secret = field(default_factory=lambda: Secret(""))
    former_hook_secret: Secret = field(default_factory=lambda: Secret(""))
    opt_outs: tuple[OptOut, ...] = ()


class DemoSettings(Struct, frozen=True, kw_only=True):
    sandboxes: bool = False
    sandbox_port: Port = 8790
    folder: Path = Path(".yumen/sandbox")


class Settings(Struct, frozen=True, kw_only=True):
    """Everything, read once at the start of a process and handed on in parts."""

    environment: Environment = "development"
    handler: dict[str, Handler] = field(default_factory=dict)
    brand: dict[str, Brand] = field(default_factory=dict)
    app: dict[str, App] = field(default_factory=dict)
    merchant: dict[str, Merchant] = field(default_factory=dict)
    delivery: dict[str, DeliverySettings] = field(default_factory=dict)
    message: dict[str, MessageSettings] = field(default_factory=dict)
    shop: ShopSettings = field(default_factory=ShopSettings)
    recipient: dict[str, RecipientSettings] = field(default_factory=dict)
    chapters: ChapterSettings = field(default_factory=ChapterSettings)
    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    keys: KeysSettings = field(default_factory=KeysSettings)
    trail: TrailSettings = field(default_factory=TrailSettings)
    server: ServerSettings = field(default_factory=ServerSettings)
    wechat: WechatSettings = field(default_factory=WechatSettings)
    worker: WorkerSettings = field(default_factory=WorkerSettings)
    logging: LoggingSettings = field(default_factory=LoggingSettings)
    clock: ClockSettings = field(default_factory=ClockSettings)
    demo: DemoSettings = field(default_factory=DemoSettings)
