"""`yumen check wechat` against the sandbox: each failure is found at its step and explained."""

import dataclasses

from yumen.kit.http import Http
from yumen.wechat import Transport
from yumen.wechat.check import Step, Verdict, check

PASSED, FAILED, NOT_CHECKED = Verdict.PASSED, Verdict.FAILED, Verdict.NOT_CHECKED


async def verdicts(stage, account=None):
    findings = await check(stage.mini.transport, account or stage.account)
    assert [finding.step for finding in findings] == list(Step)
    return [finding.verdict for finding in findings], findings


async def test_all_passes_where_all_is_set(stage):
    push = stage.account.push
    url = "http://127.0.0.1:9/hooks"
    await stage.admin.set_push(stage.appid, url, push.token, push.encoding_aes_key, verify=False)
    found, _ = await verdicts(stage)
    assert found == [PASSED] * 4


async def test_a_wrong_secret_is_told_with_the_way_out(stage):
    found, findings = await verdicts(stage, dataclasses.replace(stage.account, secret="0" * 32))
    assert found == [FAILED, NOT_CHECKED, NOT_CHECKED, NOT_CHECKED]
    assert "AppSecret" in findings[0].sentence("en")
    assert "重置" in findings[0].sentence("zh")
    assert "0" * 32 not in findings[0].sentence("en")


async def test_an_address_that_is_not_allowed_is_told_with_the_address(stage):
    await stage.admin.change_app(stage.appid, allow_list=["203.0.113.7"])
    found, findings = await verdicts(stage)
    assert found == [PASSED, FAILED, NOT_CHECKED, NOT_CHECKED]
    assert "127.0.0.1" in findings[1].sentence("en")
    assert "白名单" in findings[1].sentence("zh")


async def test_a_frozen_secret_is_told(stage):
    await stage.admin.change_app(stage.appid, secret_frozen=True)
    found, findings = await verdicts(stage)
    assert found[0] is FAILED
    assert "frozen" in findings[0].sentence("en")


async def test_a_missing_push_address_is_told(stage):
    found, findings = await verdicts(stage)
    assert found == [PASSED, PASSED, PASSED, FAILED]
    assert "Message push" in findings[3].sentence("en")


async def test_push_that_is_not_set_up_here_is_not_checked(stage):
    found, findings = await verdicts(stage, dataclasses.replace(stage.account, push=None))
    assert found == [PASSED, PASSED, PASSED, NOT_CHECKED]
    assert "withdrawals" in findings[3].sentence("en")


async def test_a_token_that_is_refused_is_told(stage):
    await stage.admin.trouble(stage.appid, "errcode", path="/cgi-bin/getcallbackip", errcode=48001)
    found, findings = await verdicts(stage)
    assert found == [PASSED, PASSED, FAILED, NOT_CHECKED]
    assert "not granted" in findings[2].sentence("en")


async def test_wechat_out_of_reach_is_told_as_that(stage):
    async with Http() as http:
        findings = await check(Transport(http, ("http://127.0.0.1:1",)), stage.account)
    assert findings[0].verdict is FAILED
    assert "could not be reached" in findings[0].sentence("en")
