"""Where stores, backups, log sinks, replicas and functions stand: from a Terraform or OpenTofu plan (JSON) or a CSV."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import msgspec

from yumen.audit.world import World
from yumen.law import Cloud, Place, place

RESOURCES_MAX: Final = 100_000
DEPTH_MAX: Final = 32
YES: Final = frozenset(
    {"yes", "true", "1", "y", "on", "是", "已加密", "开启", "public", "public-read", "公开", "公有读"}
)
NO: Final = frozenset({"no", "false", "0", "n", "off", "否", "未加密", "关闭", "private", "私有"})
BUCKET: Final = re.compile(r"bucket|storage_account|object|对象存储|\b(?:cos|oss|obs|s3)\b", re.IGNORECASE)
PUBLIC: Final = frozenset({"public-read", "public-read-write"})


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing that holds or moves data. `region` is as written; empty when the file does not say."""

    name: str
    kind: str
    role: str
    cloud: str
    region: str
    place: Place
    origin: str
    encrypted: bool | None = None
    public: bool | None = None
    personal: bool | None = None

    @property
    def is_bucket(self) -> bool:
        """Is it object storage, which the whole internet may be let into?"""
        return BUCKET.search(self.kind) is not None

    @property
    def trap(self) -> bool:
        """Does the region look like its mainland neighbours and lie in Hong Kong?"""
        return self.region in {"ap-hongkong", "cn-hongkong"} or self.region.startswith(("ap-hongkong-", "cn-hongkong-"))


@dataclass(frozen=True, slots=True)
class Inventory:
    """All of them, by file and name."""

    resources: tuple[Resource, ...]

    def of(self, *roles: str) -> tuple[Resource, ...]:
        return tuple(one for one in self.resources if one.role in roles)


@dataclass(frozen=True, slots=True)
class _Words:
    role: Mapping[str, str]
    cloud: Mapping[str, str]
    csv: Mapping[str, list[str]]
    csv_cloud: Mapping[str, list[str]]
    csv_region: Mapping[str, list[str]]
    csv_product: Mapping[str, list[str]]
    csv_role: Mapping[str, list[str]]


def read_inventory(world: World, names: Sequence[str]) -> Inventory | None:
    """Every resource of every file; None when no file could be understood."""
    found: list[Resource] = []
    understood = False
    for name in names:
        text = world.text(name)
        if text is None:
            continue
        read = _csv(world, name, text) if name.lower().endswith(".csv") else _plan(world, name, text)
        if read is None:
            continue
        understood = True
        if len(found) + len(read) > RESOURCES_MAX:
            world.skip(name, "cut_short", max=RESOURCES_MAX)
        found.extend(read[: RESOURCES_MAX - len(found)])
    ordered = sorted(found, key=lambda one: (one.origin, one.name, one.kind))
    return Inventory(tuple(ordered)) if understood else None


def place_of(cloud: str, region: str) -> Place:
    """Where a region or a zone lies. No region is unknown; a cloud with none in the mainland is abroad.

    Where nobody says whose region it is, the clouds that know it must agree.
    """
    if cloud == "abroad":
        return Place.ELSEWHERE
    if not region:
        return Place.UNKNOWN
    if cloud not in {one.value for one in Cloud}:
        known = {_listed(one, region) for one in Cloud} - {Place.UNKNOWN}
        return known.pop() if len(known) == 1 else _called(region)
    own = Cloud(cloud)
    if (found := _listed(own, region)) is not Place.UNKNOWN:
        return found
    # the worldwide partitions of these clouds have no region in the mainland
    return Place.ELSEWHERE if own in {Cloud.AWS_CHINA, Cloud.AZURE_CHINA} else _called(region)


def _listed(cloud: Cloud, region: str) -> Place:
    """By the list of the cloud; `ap-shanghai-2` is a zone of `ap-shanghai`."""
    found = place(cloud, region)
    return found if found is not Place.UNKNOWN else place(cloud, region.rpartition("-")[0])


def _called(region: str) -> Place:
    """By the name a console prints: `华东1（杭州）`. An id that no list knows stays unknown."""
    if re.fullmatch(r"[a-z]{2}-[a-z0-9-]+", region):
        return Place.UNKNOWN
    names = words().csv_region
    return next((Place(kind) for kind in names if any(_holds(region, one) for one in names[kind])), Place.UNKNOWN)


def _plan(world: World, name: str, text: str) -> list[Resource] | None:
    try:
        plan: dict[str, Any] = msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.MsgspecError, RecursionError) as refused:
        world.skip(name, "no_plan", why=str(refused)[:160])
        return None
    module = _get(plan, "planned_values", "root_module") or _get(plan, "values", "root_module")
    if not isinstance(module, dict):
        world.skip(name, "no_plan", why="planned_values")
        return None
    regions = _provider_regions(plan)
    return [found for one in _walk(module, 0) if (found := _resource(name, one, regions)) is not None]


def _walk(module: Mapping[str, Any], depth: int) -> Iterator[Mapping[str, Any]]:
    for one in module.get("resources") or ():
        if isinstance(one, dict):
            yield one
    if depth < DEPTH_MAX:
        for child in module.get("child_modules") or ():
            if isinstance(child, dict):
                yield from _walk(child, depth + 1)


def _resource(origin: str, one: Mapping[str, Any], regions: Mapping[str, str]) -> Resource | None:
    kind, values = str(one.get("type", "")), one.get("values")
    role = _role(kind)
    if role is None or not isinstance(values, dict) or one.get("mode") == "data":
        return None
    prefix = kind.partition("_")[0]
    cloud = words().cloud.get(prefix, "")
    region = next(
        (str(values[key]) for key in ("region", "location", "availability_zone", "zone") if values.get(key)), ""
    )
    region = (region or regions.get(prefix, "")).lower().replace(" ", "")
    return Resource(
        name=str(one.get("address") or one.get("name") or kind)[:200],
        kind=kind,
        role=role,
        cloud=cloud,
        region=region,
        place=place_of(cloud, region),
        origin=origin,
        encrypted=_encrypted(values),
        public=_public(values),
    )


def _encrypted(values: Mapping[str, Any]) -> bool | None:
    for key in (
        "encrypted",
        "storage_encrypted",
        "encryption_enabled",
        "encrypt",
        "tde_status",
        "encryption_algorithm",
    ):
        said = values.get(key)
        if isinstance(said, bool):
            return said
        if isinstance(said, str) and said:
            return said.lower() not in {"disabled", "false", "none"}
    for block in values.get("encrypt_conf") or ():
        said = block.get("enable") if isinstance(block, dict) else None
        if isinstance(said, bool):
            return said
    return True if values.get("kms_key_id") or values.get("server_side_encryption_rule") else None


def _public(values: Mapping[str, Any]) -> bool | None:
    """By the list of a bucket, or the switch of a database."""
    acl, open_ = str(values.get("acl") or ""), values.get("publicly_accessible")
    if acl:
        return acl in PUBLIC
    return open_ if isinstance(open_, bool) else None


def _provider_regions(plan: Mapping[str, Any]) -> dict[str, str]:
    """The region each provider is set to, by the prefix of its resources."""
    found = {}
    for settings in (_get(plan, "configuration", "provider_config") or {}).values():
        region = _get(settings, "expressions", "region", "constant_value")
        if isinstance(region, str):
            found[str(settings.get("name", ""))] = region
    return found


def _role(kind: str) -> str | None:
    """By the longest prefix, so that a readonly instance is no instance."""
    table = words().role
    best = max((prefix for prefix in table if kind == prefix or kind.startswith(prefix)), key=len, default=None)
    return None if best is None else table[best]


def _csv(world: World, origin: str, text: str) -> list[Resource] | None:
    reader = csv.reader(io.StringIO(text))
    found: list[Resource] = []
    try:
        columns = [_column(head) for head in next(reader, [])]
        if not {"name", "kind"} & set(columns):
            world.skip(origin, "no_inventory", why="name, type")
            return None
        for row in reader:
            cells = {name: value.strip()[:200] for name, value in zip(columns, row, strict=False) if name}
            if cells.get("name") or cells.get("kind"):
                found.append(_row(origin, cells))
    except csv.Error as refused:
        world.skip(origin, "no_inventory", why=str(refused)[:160])
        return found or None
    return found


def _row(origin: str, cells: Mapping[str, str]) -> Resource:
    kind, region = cells.get("kind", ""), cells.get("region", "").lower()
    cloud = _word(words().csv_cloud, cells.get("cloud", "")) or words().cloud.get(kind.partition("_")[0], "")
    role = _word(words().csv_role, cells.get("role", "")) or _role(kind) or _product(kind) or "other"
    return Resource(
        name=cells.get("name") or kind,
        kind=kind,
        role=role,
        cloud=cloud,
        region=region,
        place=place_of(cloud, region),
        origin=origin,
        encrypted=yes_no(cells.get("encrypted", "")),
        public=yes_no(cells.get("public", "")),
        personal=yes_no(cells.get("personal", "")),
    )


def yes_no(said: str) -> bool | None:
    """A cell as people fill it; None when it says neither."""
    said = said.strip().lower()
    return True if said in YES else False if said in NO else None


def _column(head: str) -> str | None:
    return _word(words().csv, head)


def _word(table: Mapping[str, list[str]], said: str) -> str | None:
    said = " ".join(said.strip().strip("\ufeff").lower().replace("_", " ").split())
    return next((name for name, aliases in table.items() if said in aliases), None)


def _product(said: str) -> str | None:
    """The role of a product by its name: `对象存储 COS`, `TencentDB for MySQL`."""
    said = said.lower()
    return next((role for role, names in words().csv_product.items() if any(_holds(said, one) for one in names)), None)


def _holds(said: str, name: str) -> bool:
    """Latin names are whole words; digits may stand behind them (`rds5`)."""
    return re.search(rf"(?<![a-z]){re.escape(name)}(?![a-z])", said) is not None if name.isascii() else name in said


def _get(tree: Any, *keys: str) -> Any:
    for key in keys:
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


@cache
def words() -> _Words:
    """The vocabulary of `inventory.toml`."""
    text = (resources.files("yumen.audit.evidence") / "inventory.toml").read_text(encoding="utf-8")
    return msgspec.convert({key: value for key, value in tomllib.loads(text).items() if key != "review_on"}, _Words)
