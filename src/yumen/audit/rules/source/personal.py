"""Personal data on its way to servers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from yumen.audit.declaration import Domains
from yumen.audit.finding import Finding, Place
from yumen.audit.known_hosts import suffix
from yumen.audit.rule import Area, Effect, Effort, Owner, rule
from yumen.audit.source import Program, SourceEvidence, hosts
from yumen.audit.source.flows import Flow
from yumen.audit.source.sites import FLOWS_MAX, caller, flow, package
from yumen.law import Tag

SENSITIVE = frozenset({"id_number", "bank_card", "biometrics"})
_COARSE = frozenset({"album", "camera", "voice", "file", "clipboard", "bluetooth", "wifi"})
"""Whether these are about a person depends on what is in them."""


@rule(
    "SRC030",
    Area.SOURCE,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("pipl.38", "pipl.39"),
    owner=Owner.HEADQUARTERS,
    effort=Effort.WEEKS,
)
def personal_data_goes_abroad(source: SourceEvidence) -> Iterator[Finding]:
    """Personal data is sent straight from the phone to a service abroad.

    This is a transfer abroad that nobody meters: no mechanism, no notice with the recipient's name, no separate
    consent, and no way to stop it when a shopper withdraws.

    Found: data of the kind "{kind}" goes to {host} by `{api}`.

    Way out: Send it to your mainland server. What headquarters may have goes from there, through a declared flow with
    its mechanism and consent.
    """
    for program in source.programs:
        yield from _once_a_host(program, lambda one: hosts.is_abroad(_bare(one.host)))


@rule(
    "SRC031",
    Area.SOURCE,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.23", "pipl.17"),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAYS,
)
def personal_data_goes_to_an_undeclared_host(source: SourceEvidence, domains: Domains) -> Iterator[Finding]:
    """Personal data is sent to a host that nobody declared.

    A recipient that is not yours must be named to the shopper and agreed to separately; one that is yours belongs on
    the list, so that the privacy texts and the filing can name it.

    Found: data of the kind "{kind}" goes to {host} by `{api}`; the declaration does not know this host.

    Way out: Declare the host with its owner and purpose, or stop sending.
    """
    known = (*sorted(domains.listed), *domains.own)

    def is_undeclared(one: Flow) -> bool:
        host = _bare(one.host)
        known_place = hosts.whose(host) in {"local", "lan"} or hosts.is_abroad(host) or host == "wx.cloud"
        return "." in host and suffix(host, known) is None and not known_place

    for program in source.programs:
        yield from _once_a_host(program, is_undeclared)


@rule("SRC032", Area.SOURCE, Tag.LAW, Effect.ILLEGAL, requirements=("pipl.51", "wx.tls"), effort=Effort.DAY)
def personal_data_without_tls(source: SourceEvidence) -> Iterator[Finding]:
    """Personal data is sent without encryption on the way.

    Anybody in the same café reads it. PIPL art. 51 asks for encryption and other protection that fits the data.

    Found: data of the kind "{kind}" goes to {host} by `{api}` over plain `http`.

    Way out: Serve the host over TLS only, and redirect nothing from plain addresses.
    """
    for program in source.programs:
        plain = _plain_hosts(program)
        yield from (found for host, found in _by_host(program) if host in plain)


@rule("SRC035", Area.SOURCE, Tag.LAW, Effect.RISKY, requirements=("pipl.51",), effort=Effort.HALF_DAY)
def personal_data_in_an_address(source: SourceEvidence) -> Iterator[Finding]:
    """Personal data is part of an address.

    Addresses are logged by every proxy, gateway and delivery network on the way, in the clear and for a long time.

    Found: data of the kind "{kind}" is put into the address of a call of `{api}` to {host}.

    Way out: Send it in the body of a POST.
    """
    yield from flows_to(source, lambda one: one.sink.kind == "url" and is_of_a_person(one))


@rule(
    "SRC038",
    Area.SOURCE,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.28", "pipl.29"),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAYS,
)
def sensitive_data_is_collected(source: SourceEvidence) -> Iterator[Finding]:
    """Sensitive personal data is collected.

    Identity numbers, bank cards and features of the body may be asked for only where the service cannot do without,
    with a separate consent and a word on the effects. A purchase needs none of them, except an identity number for
    goods from abroad.

    Found: data of the kind "{kind}" is sent by `{api}`.

    Way out: Leave it out, or show necessity in an impact assessment, ask for it separately, and seal it on arrival.
    """
    seen: set[tuple[str, str, bool]] = set()
    for program in source.programs:
        for one in program.flows:
            key = (program.path, one.label.kind, bool(package(program, caller(program, one))))
            sent = one.sink.kind == "request" and one.label.proven
            if sent and one.label.kind in SENSITIVE and key not in seen:
                seen.add(key)
                yield flow(program, one, host=one.host or "?")


def flows_to(source: SourceEvidence, wanted: Callable[[Flow], bool]) -> Iterator[Finding]:
    for program in source.programs:
        yield from _of(program, wanted)


def _of(program: Program, wanted: Callable[[Flow], bool]) -> Iterator[Finding]:
    """Each cause once: the same kind of data at the same place, whatever roads lead there."""
    first: dict[tuple[str, Place], tuple[Flow, Finding]] = {}
    for one in program.flows:
        if wanted(one):
            found = flow(program, one, host=one.host or "?")
            key = (one.label.kind, found.place)
            if key not in first or (one.host and not first[key][0].host):
                first[key] = (one, found)
    told = Counter[bool]()
    for _, found in first.values():
        foreign = bool(found.package)
        told[foreign] += 1
        if told[foreign] <= FLOWS_MAX:
            yield found


def _once_a_host(program: Program, wanted: Callable[[Flow], bool]) -> Iterator[Finding]:
    """Requests with personal data that are wanted, once for each host and kind."""
    yield from (flow(program, one, host=one.host) for one in _sent(program) if wanted(one))


def _by_host(program: Program) -> Iterator[tuple[str, Finding]]:
    """The same with their hosts."""
    yield from ((_bare(one.host), flow(program, one, host=one.host)) for one in _sent(program))


def _sent(program: Program) -> Iterator[Flow]:
    """Requests with personal data, once for each host and kind: one wrong base address is one cause."""
    seen: set[tuple[str, str, str]] = set()
    for one in program.flows:
        key = (one.host, one.label.kind, package(program, caller(program, one)))
        sent = one.sink.kind == "request" and (is_of_a_person(one) or one.sink.api == "uploadFile")
        if sent and key not in seen:
            seen.add(key)
            yield one


def _plain_hosts(program: Program) -> frozenset[str]:
    """Hosts that are called without TLS and never with it. Machines of developers are another rule's matter."""
    schemes: dict[str, set[str]] = {}
    for request in program.requests:
        for url in request.urls:
            address = hosts.address(url.start)
            if address is not None and hosts.whose(address.host) not in {"local", "lan"}:
                schemes.setdefault(address.host, set()).add(address.scheme)
    return frozenset(host for host, used in schemes.items() if used <= {"http", "ws"})


def is_of_a_person(one: Flow) -> bool:
    """Paths of pictures and the like are no data of a person by themselves."""
    return one.label.kind not in _COARSE


def _bare(host: str) -> str:
    return host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
