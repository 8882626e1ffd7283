"""Personal data that leaves the way: into logs, the phone's storage, counters, web pages, plugins."""

from __future__ import annotations

from collections.abc import Iterator

from yumen.audit.finding import Finding
from yumen.audit.rule import Area, Effect, Effort, Owner, rule
from yumen.audit.rules.source.personal import flows_to, is_of_a_person
from yumen.audit.source import SourceEvidence
from yumen.law import Tag


@rule("SRC033", Area.SOURCE, Tag.LAW, Effect.RISKY, requirements=("pipl.51", "appmethod.4"), effort=Effort.HALF_DAY)
def personal_data_in_a_log(source: SourceEvidence) -> Iterator[Finding]:
    """Personal data is written to a log.

    Logs of the client reach developer tools, WeChat's log manager and complaint uploads; nobody deletes them when the
    shopper asks, and nobody was told.

    Found: data of the kind "{kind}" is written by `{api}`.

    Way out: Log a code and an id. Take test output out of the release, for instance by the minifier's `drop_console`.
    """
    yield from flows_to(source, lambda one: one.sink.kind == "log" and is_of_a_person(one))


@rule("SRC034", Area.SOURCE, Tag.LAW, Effect.RISKY, requirements=("pipl.51", "pipl.19"), effort=Effort.DAY)
def personal_data_in_the_phone_storage(source: SourceEvidence) -> Iterator[Finding]:
    """Personal data is kept in the phone's storage in the clear.

    It stays there without an end, also after the account was closed, and everybody who holds the phone or another
    account on it may read it.

    Found: data of the kind "{kind}" is kept by `{api}`.

    Way out: Keep only a token and ask the server when it is needed. If it must stay, use `encrypt: true` of
    `wx.setStorage` and remove it when the shopper logs out.
    """
    yield from flows_to(source, lambda one: one.sink.kind == "storage" and is_of_a_person(one))


@rule(
    "SRC036",
    Area.SOURCE,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.23", "pipl.17"),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAY,
)
def personal_data_to_a_counter(source: SourceEvidence) -> Iterator[Finding]:
    """Personal data is handed to an analytics service.

    The service is another recipient: it must be named, agreed to where consent is the basis, and written into the list
    of what is shared. WeChat's own reports must not carry it at all.

    Found: data of the kind "{kind}" is handed to `{api}`.

    Way out: Report counts and categories, never a value that leads to a person.
    """
    yield from flows_to(source, lambda one: one.sink.kind == "analytics")


@rule("SRC037", Area.SOURCE, Tag.LAW, Effect.RISKY, requirements=("pipl.51", "pipl.23"), effort=Effort.DAY)
def personal_data_in_a_web_view_address(source: SourceEvidence) -> Iterator[Finding]:
    """Personal data is handed to a web page in its address.

    It stays in the page's history, in the referrer of everything the page loads, and in the logs of its server.

    Found: data of the kind "{kind}" is put into the address of a `web-view`.

    Way out: Hand over a ticket that is good once and for a minute, and let the page's server ask for the rest.
    """
    yield from flows_to(source, lambda one: one.sink.kind == "webview")


@rule(
    "SRC039",
    Area.SOURCE,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.23", "wx.privacy.guide"),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAY,
)
def personal_data_to_a_plugin(source: SourceEvidence) -> Iterator[Finding]:
    """Personal data is handed to a plugin of somebody else.

    A plugin sends what it gets to its own servers, under its own domain list. Its owner is a recipient: named to the
    shopper, agreed to where consent is the basis, and written into WeChat's privacy guide under its own heading.

    Found: data of the kind "{kind}" is handed to `{api}`.

    Way out: Hand over an id that only your server can resolve; or name the plugin and its owner in the guide and in the
    list of what is shared, and ask first.
    """
    yield from flows_to(source, lambda one: one.sink.kind == "plugin" and is_of_a_person(one))
