"""What the brand says about itself: `yumen-audit.toml`, or the table `[audit]` of `yumen.toml`.

Each table of the file is evidence of its own, so that a rule about filings does not wait for domains. What is not
written is not known: a missing table is no finding, it is "not checked".
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from yumen.audit.rule import Owner

Text = Annotated[str, Meta(min_length=1, max_length=500)]
Host = Annotated[str, Meta(min_length=1, max_length=253)]
PathText = Annotated[str, Meta(min_length=1, max_length=1000)]
Country = Annotated[str, Meta(pattern="^[A-Z]{2}$")]
Count = Annotated[int, Meta(ge=0, le=2_000_000_000)]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A table of the file; an unknown key is refused, so that a slip of the pen is not silence."""


class Domains(_Table, frozen=True):
    """The domain lists of the WeChat back office (开发管理 > 服务器域名, 业务域名), host names without scheme."""

    request: tuple[Host, ...] = ()
    socket: tuple[Host, ...] = ()
    upload: tuple[Host, ...] = ()
    download: tuple[Host, ...] = ()
    udp: tuple[Host, ...] = ()
    tcp: tuple[Host, ...] = ()
    webview: tuple[Host, ...] = ()
    own: tuple[Host, ...] = ()
    """Domains of the brand itself, subdomains included: what is not under them belongs to somebody else."""

    @property
    def listed(self) -> frozenset[str]:
        """Every host on any list."""
        lists = (self.request, self.socket, self.upload, self.download, self.udp, self.tcp, self.webview)
        return frozenset(_bare(host) for hosts in lists for host in hosts)


class ServiceKind(StrEnum):
    RETAIL = "retail"
    MARKETPLACE = "marketplace"
    CONTENT = "content"
    SOCIAL = "social"
    GAME = "game"
    EDUCATION = "education"
    HEALTH = "health"
    FINANCE = "finance"
    TRAVEL = "travel"
    OTHER = "other"


class Service(_Table, frozen=True):
    """Who runs the mini-program and what it does. `people`: natural persons in China whose data is held."""

    name: Text
    entity: Text | None = None
    """The legal entity, as in its business licence."""
    appid: Annotated[str, Meta(pattern="^wx[0-9a-f]{16}$")] | None = None
    version: Text | None = None
    kinds: tuple[ServiceKind, ...] = ()
    content: tuple[Text, ...] = ()
    """What it offers, in the words of the filing."""
    people: Count | None = None
    sensitive_people: Count | None = None
    minors: bool | None = None
    """Does it serve or knowingly hold minors?"""
    recommends: bool | None = None
    """Does it rank or recommend by an algorithm (算法推荐)?"""
    generates: bool | None = None
    """Does it offer generated text, pictures or voice?"""
    sells_for_others: bool | None = None
    """Do other merchants sell in it?"""
    app: bool | None = None
    """Is there an app for phones beside it (移动互联网应用程序)?"""


class FilingKind(StrEnum):
    ICP = "icp"
    MINI_PROGRAM = "mini_program"
    APP = "app"
    PUBLIC_SECURITY = "public_security"
    MLPS = "mlps"
    EDI = "edi"
    ALGORITHM = "algorithm"
    GENERATIVE = "generative"
    PIO = "pio"
    STANDARD_CONTRACT = "standard_contract"
    ASSESSMENT = "assessment"
    CERTIFICATION = "certification"
    MINORS_AUDIT = "minors_audit"
    COMPLIANCE_AUDIT = "compliance_audit"
    IMPACT_ASSESSMENT = "impact_assessment"


class FilingState(StrEnum):
    DONE = "done"
    APPLIED = "applied"
    MISSING = "missing"
    REVOKED = "revoked"


class Filing(_Table, frozen=True):
    """One filing, licence, report or audit, as far as it exists."""

    kind: FilingKind
    state: FilingState = FilingState.DONE
    number: Text | None = None
    entity: Text | None = None
    domains: tuple[Host, ...] = ()
    content: tuple[Text, ...] = ()
    recipients: tuple[Text, ...] = ()
    level: Annotated[int, Meta(ge=1, le=5)] | None = None
    """Of MLPS."""
    on: date | None = None
    """The day it was granted, filed or done."""
    until: date | None = None


class Filings(_Table, frozen=True):
    """All of them. A kind that is not listed is not known; `state = "missing"` says that there is none."""

    listed: tuple[Filing, ...]

    def of(self, kind: FilingKind) -> tuple[Filing, ...]:
        return tuple(one for one in self.listed if one.kind is kind)


class Flow(_Table, frozen=True):
    """A declared way abroad: to whom, where, what, for how many persons a year, on which ground."""

    name: Text
    recipient: Text
    country: Country
    hosts: tuple[Host, ...] = ()
    fields: tuple[Text, ...] = ()
    purpose: Text | None = None
    people: Count | None = None
    """Persons since 1 January, general data."""
    sensitive_people: Count | None = None
    mechanism: Text | None = None
    """exempt:<name> | standard_contract | certification | assessment"""
    separate_consent: bool | None = None
    impact_assessment_on: date | None = None
    minors: bool = False
    remote_access: bool = False
    """Seen from abroad rather than sent."""


class Flows(_Table, frozen=True):
    """Every declared way abroad; an empty list says that there is none."""

    listed: tuple[Flow, ...]
    critical_operator: bool = False
    """Critical information infrastructure operator (关键信息基础设施运营者)."""
    important_data: bool = False


class Network(_Table, frozen=True):
    """Where a range of addresses lies, as the cloud or the carrier says."""

    cidr: Annotated[str, Meta(pattern="^[0-9a-fA-F:.]+/[0-9]{1,3}$")]
    place: Annotated[str, Meta(pattern="^(mainland|hongkong|macau|taiwan|abroad)$")]
    cloud: Text | None = None


class Retention(_Table, frozen=True):
    """How long the rows of a table are kept, by its own promise."""

    table: Text
    days: Count


class Sources(_Table, frozen=True):
    """Where further evidence lies, as paths relative to the file."""

    code: tuple[PathText, ...] = (".",)
    policy: tuple[PathText, ...] = ()
    guide: PathText | None = None
    access: PathText | None = None
    inventory: tuple[PathText, ...] = ()
    probes: tuple[PathText, ...] = ()
    dumps: tuple[PathText, ...] = ()
    contracts: tuple[PathText, ...] = ()
    """Contracts with recipients abroad, as text."""
    egress: tuple[PathText, ...] = ()
    """Hosts that servers called, from an outgoing proxy's or a firewall's log: CSV or JSON."""
    running: PathText | None = None
    """The file of `yumen evidence export`."""


class Suppression(_Table, frozen=True):
    """A finding that somebody answers for. It needs a reason, and it ends."""

    rule: Text
    reason: Text
    until: date
    place: Text | None = None
    """A path, a path prefix ending in `/`, or the name of a place; without it the whole rule."""


class Declaration(_Table, frozen=True):
    """The whole file."""

    service: Service | None = None
    domains: Domains | None = None
    filing: tuple[Filing, ...] | None = None
    flow: tuple[Flow, ...] | None = None
    critical_operator: bool = False
    important_data: bool = False
    network: tuple[Network, ...] = ()
    retention: tuple[Retention, ...] = ()
    evidence: Sources = Sources()
    suppress: tuple[Suppression, ...] = ()
    owners: dict[Owner, Text] = {}
    exclude: tuple[PathText, ...] = ()
    """Paths of the code that are not looked at; each is named in the report."""

    @property
    def filings(self) -> Filings | None:
        return None if self.filing is None else Filings(self.filing)

    @property
    def flows(self) -> Flows | None:
        return None if self.flow is None else Flows(self.flow, self.critical_operator, self.important_data)


def _bare(host: str) -> str:
    """A host of the back office's lists may carry a scheme and a port: `https://api.example.com:8443`."""
    return host.partition("://")[2].partition("/")[0].lower() if "://" in host else host.lower()
