"""The shop is put together from the settings, and every job it defers is known."""

from __future__ import annotations

import pytest

from yumen.app import shop
from yumen.kit.errors import Problem
from yumen.kit.events import Bus
from yumen.kit.jobs import Jobs
from yumen.kit.settings import App, ChapterSettings, Merchant, MessageSettings, Secret, Settings


def settings(apiv3_key: str) -> Settings:
    merchant = Merchant(
        apps=("velvet",),
        mchid="1900000001",
        serial="A" * 40,
        private_key=Secret("not a key"),
        apiv3_key=Secret(apiv3_key),
    )
    app = App(brand="velvet", appid="wx0123456789abcdef")
    return Settings(app={"velvet": app}, merchant={"velvet": merchant})


def test_a_merchant_that_cannot_work_is_named_with_its_setting() -> None:
    with pytest.raises(Problem) as unfit:
        shop.merchants_of(settings("short"))
    assert unfit.value.facts["setting"] == "apiv3_key"


def test_without_merchants_there_are_none() -> None:
    assert shop.merchants_of(Settings()) == []


def test_the_clubs_nightly_work_and_stock_have_their_clocks() -> None:
    jobs = Jobs()
    shop.register(jobs, Bus(jobs))
    assert set(shop.NIGHTLY) <= jobs.known.keys()
    assert jobs.known[shop.EXPIRE_STOCK].cron is not None
    assert jobs.known[shop.ISSUE_COUPONS].cron is None


@pytest.mark.parametrize("chapter", ["catalog", "loyalty", "orders"])
def test_a_chapter_that_is_switched_off_is_started_by_no_clock_and_the_others_are(chapter: str) -> None:
    jobs, others = Jobs(), {name for name in shop.CHAPTERS if name != chapter}
    shop.register(jobs, Bus(jobs))
    known = set(jobs.known)
    shop.close_chapters(jobs, ChapterSettings(**{chapter: False}))
    assert {name.partition(".")[0] for name, job in jobs.known.items() if job.cron} == others
    assert jobs.known.keys() == known


def test_templates_fill_their_fields_from_facts_and_there_are_none_without_a_club() -> None:
    app = App(brand="velvet", appid="wx0123456789abcdef")
    message = MessageSettings(app="velvet", about="parcel_sent", template="T1", keys=("thing1=goods", "date2=day"))
    told = Settings(app={"velvet": app}, message={"sent": message})
    (template,) = shop.templates_of(told).of("parcel_sent")
    assert (template.appid, template.keys) == (app.appid, (("thing1", "goods"), ("date2", "day")))
    assert shop.templates_of(Settings(chapters=ChapterSettings(loyalty=False), message={"sent": message})).all == ()
