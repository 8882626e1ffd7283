"""订阅消息: the body is Tencent's, and which refusals are for good is known."""

from yumen.wechat import subscribe


class Mini:
    def __init__(self):
        self.asked = []

    async def authorized(self, answer, appid, path, query, body=None, *, repeatable=False):
        self.asked.append((appid, path, body, repeatable))
        return answer()


async def test_a_message_names_person_template_and_values_and_is_never_repeated_by_the_transport():
    mini = Mini()
    await subscribe.send_message(mini, "wxa", "oX", "T1", {"thing1": "香膏"}, "pages/order?id=1")
    assert mini.asked == [
        (
            "wxa",
            "/cgi-bin/message/subscribe/send",
            {
                "touser": "oX",
                "template_id": "T1",
                "data": {"thing1": {"value": "香膏"}},
                "miniprogram_state": "formal",
                "lang": "zh_CN",
                "page": "pages/order?id=1",
            },
            False,
        )
    ]


async def test_a_message_may_lead_nowhere():
    mini = Mini()
    await subscribe.send_message(mini, "wxa", "oX", "T1", {}, "", "en_US")
    assert "page" not in mini.asked[0][2]
    assert mini.asked[0][2]["lang"] == "en_US"


def test_a_persons_refusal_is_not_a_fault_of_ours():
    assert subscribe.REFUSED not in subscribe.FOR_GOOD
    assert subscribe.AT_ONCE not in subscribe.FOR_GOOD
