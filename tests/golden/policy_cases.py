"""Questions a lawyer could ask of the border, with the answer expected. `test_policy_table.py` prints and asks them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from tests.unit.border.samples import EVERYTHING, NUMBER_LINE, filed, filing, line
from yumen.border.contract import Group
from yumen.border.policy import Counted
from yumen.border.standing import (
    CHILD,
    ENDANGERED,
    ERASED,
    FROM_ABROAD,
    GUARDIAN,
    MINOR,
    OBJECTED,
    PARTY,
    TOLD,
    Mechanisms,
    consents,
    groups,
)
from yumen.border.verdict import Counter
from yumen.security.datamap import Purpose

NOW: Final = date(2026, 11, 25)


@dataclass(frozen=True)
class Case:
    """One question. What is not named is as in the sample: consent, told, grown-up, few persons, exempt as small."""

    en: str
    zh: str
    answer: str
    on: date = NOW
    contract: Mapping[str, Any] = field(default_factory=dict)
    person: Mapping[str, Any] = field(default_factory=dict)
    mechanisms: Mechanisms = field(default_factory=Mechanisms)
    counted: Counted | None = None


@dataclass(frozen=True)
class Topic:
    """A heading over the questions that follow."""

    en: str
    zh: str


def on_file(route: str, *, critical: bool = False, **changed: Any) -> Mechanisms:
    return Mechanisms((filing(route, **changed),), critical=critical)


SENSITIVE: Final = [NUMBER_LINE, line("member.detail.skin", "Skin")]
ABROAD: Final = {
    "purpose": "sale",
    "basis": "contract",
    "lines": [NUMBER_LINE, line("sale.parcel.address", "Address")],
    "mechanism": {"exemption": "contract_necessity", "performed_abroad": True},
}
STAFF: Final = {
    "purpose": "security",
    "basis": "human_resources",
    "lines": [line("staff.person.name", "Name")],
    "subjects": {"groups": ["employees"]},
    "mechanism": {"exemption": "human_resources"},
}
EMPLOYEE: Final = {"groups": groups([Group.EMPLOYEES]), "consents": 0}
RESCUE: Final = {"basis": "emergency", "mechanism": {"exemption": "emergency"}}
HOME: Final = {"recipient": {"country": "CN"}, "mechanism": {"kind": "domestic", "exemption": None}}
SCC: Final = {"mechanism": filed("standard_contract")}
SCC_SENSITIVE: Final = {**SCC, "lines": SENSITIVE}
ASSESSED: Final = {"mechanism": filed("assessment")}
CERTIFIED: Final = {"mechanism": filed("certification")}
ROUND: Final = {"mechanism": {"exemption": "round_trip"}}
OLD_SCC: Final = on_file("standard_contract", issued_on="2023-06-01")
OLD_ASSESSMENT: Final = on_file("assessment", issued_on="2022-09-01", general_max=500_000, sensitive_max=20_000)
SCALE: Final = on_file("assessment", general_max=3_000_000, sensitive_max=20_000)


def zone(place: str) -> dict[str, Any]:
    return {"exemption": "zone_list", "zone": place, "filing": "F-1"}


def without(*purposes: Purpose) -> dict[str, int]:
    return {"consents": EVERYTHING & ~consents(*purposes)}


ROWS: Final[tuple[Topic | Case, ...]] = (
    Topic(
        "Consent, notice, persons (PIPL art. 13, 23, 28–31, 39, 44, 47, 55)",
        "同意、告知与人群（个人信息保护法第十三、二十三、二十八至三十一、三十九、四十四、四十七、五十五条）",
    ),
    Case("Member, few persons, all consents", "会员，人数较少，同意齐备", "export.small"),
    Case(
        "No separate consent to the transfer abroad",
        "无出境单独同意",
        "export.separate_consent_missing",
        person=without(Purpose.EXPORT),
    ),
    Case(
        "Exempt as small, yet no separate consent",
        "符合小额豁免，但无单独同意",
        "export.separate_consent_missing",
        person=without(Purpose.EXPORT),
        counted=Counted(),
    ),
    Case(
        "Consent to the transfer, none to marketing",
        "同意出境，未同意营销",
        "export.consent_missing",
        person=without(Purpose.MARKETING),
    ),
    Case("No consent at all", "完全未同意", "export.separate_consent_missing", person={"consents": 0}),
    Case("Exempt as small, notice not shown", "符合小额豁免，但未告知", "export.notice_missing", person={"facts": 0}),
    Case(
        "Impact assessment finished the day after",
        "影响评估次日才完成",
        "export.assessment_missing",
        contract={"assessment": {"finished_on": "2026-11-26"}},
    ),
    Case(
        "Exempt by contract, no impact assessment yet",
        "合同必需豁免，尚无影响评估",
        "export.assessment_missing",
        contract={**ABROAD, "assessment": {"finished_on": "2026-12-01"}},
        person={"facts": TOLD | PARTY},
    ),
    Case("The person objected", "个人已拒绝", "export.objected", person={"facts": TOLD | OBJECTED}),
    Case("The person was erased", "个人信息已删除", "export.erased", person={"facts": TOLD | ERASED}),
    Case(
        "A customer who is no member; the contract covers members",
        "非会员顾客，合同仅涵盖会员",
        "export.person_not_covered",
        person={"groups": groups([Group.CUSTOMERS])},
    ),
    Case(
        "Sensitive field, standard contract, no consent to it",
        "敏感字段，有标准合同，无敏感信息单独同意",
        "export.sensitive_consent_missing",
        contract=SCC_SENSITIVE,
        person=without(Purpose.SENSITIVE),
        mechanisms=on_file("standard_contract"),
    ),
    Case("Age 16, contract for grown-ups", "16岁，合同仅涵盖成年人", "export.minor", person={"facts": TOLD | MINOR}),
    Case(
        "Age 16, contract from 14 on",
        "16岁，合同涵盖年满14周岁",
        "export.small",
        contract={"subjects": {"minors": "from_14"}},
        person={"facts": TOLD | MINOR},
    ),
    Case(
        "Age 12, contract from 14 on",
        "12岁，合同涵盖年满14周岁",
        "export.minor",
        contract={"subjects": {"minors": "from_14"}},
        person={"facts": TOLD | MINOR | CHILD},
    ),
    Case(
        "Age 12, guardian not asked",
        "12岁，监护人未同意",
        "export.guardian_missing",
        contract={"subjects": {"minors": "all"}},
        person={"facts": TOLD | MINOR | CHILD},
    ),
    Case(
        "Age 12, guardian agreed, nothing on file: all of a child is sensitive",
        "12岁，监护人已同意，无备案：儿童信息均为敏感",
        "export.mechanism_missing",
        contract={"subjects": {"minors": "all"}},
        person={"facts": TOLD | MINOR | CHILD | GUARDIAN},
    ),
    Case(
        "Age 12, guardian agreed, standard contract",
        "12岁，监护人已同意，有标准合同",
        "export.standard_contract",
        contract={**SCC, "subjects": {"minors": "all"}},
        person={"facts": TOLD | MINOR | CHILD | GUARDIAN},
        mechanisms=on_file("standard_contract"),
    ),
    Topic(
        "Thresholds since Order 16 (art. 5, 7, 8; the number itself counts as reached)",
        "促进规定施行后的数量门槛（第五、七、八条；以上均含本数）",
    ),
    Case(
        "General, 99,998 counted: the 99,999th person",
        "一般信息，已计99998人：第99999人",
        "export.small",
        counted=Counted(general=99_998),
    ),
    Case(
        "General, 99,999 counted, nothing on file: the 100,000th",
        "一般信息，已计99999人，无备案：第100000人",
        "export.general_full",
        counted=Counted(general=99_999),
    ),
    Case(
        "General, 99,999 counted, this person among them",
        "一般信息，已计99999人且含此人",
        "export.small",
        counted=Counted(general=99_999, already=Counter.GENERAL),
    ),
    Case(
        "General, 100,000 counted by others' filings, this person among them",
        "一般信息，因其他备案已计100000人且含此人，本合同无备案",
        "export.general_full",
        counted=Counted(general=100_000, already=Counter.GENERAL),
    ),
    Case(
        "General, 99,999 counted, standard contract filed",
        "一般信息，已计99999人，已备案标准合同",
        "export.standard_contract",
        contract=SCC,
        mechanisms=on_file("standard_contract"),
        counted=Counted(general=99_999),
    ),
    Case(
        "General, 999,998 counted, standard contract: the 999,999th",
        "一般信息，已计999998人，标准合同：第999999人",
        "export.standard_contract",
        contract=SCC,
        mechanisms=on_file("standard_contract"),
        counted=Counted(general=999_998),
    ),
    Case(
        "General, 999,999 counted, standard contract: the millionth",
        "一般信息，已计999999人，标准合同：第1000000人",
        "export.general_full",
        contract=SCC,
        mechanisms=on_file("standard_contract"),
        counted=Counted(general=999_999),
    ),
    Case(
        "General, 999,999 counted, assessment for 3,000,000",
        "一般信息，已计999999人，安全评估规模300万人",
        "export.assessment",
        contract=ASSESSED,
        mechanisms=SCALE,
        counted=Counted(general=999_999),
    ),
    Case(
        "General, 3,000,000 counted, assessment for 3,000,000",
        "一般信息，已计300万人，安全评估规模300万人",
        "export.general_full",
        contract=ASSESSED,
        mechanisms=SCALE,
        counted=Counted(general=3_000_000),
    ),
    Case(
        "One sensitive person, nothing on file",
        "敏感信息1人，无备案",
        "export.mechanism_missing",
        contract={"lines": SENSITIVE},
    ),
    Case(
        "First sensitive person, standard contract",
        "敏感信息第1人，标准合同",
        "export.standard_contract",
        contract=SCC_SENSITIVE,
        mechanisms=on_file("standard_contract"),
        counted=Counted(),
    ),
    Case(
        "9,998 sensitive counted, standard contract: the 9,999th",
        "敏感信息已计9998人，标准合同：第9999人",
        "export.standard_contract",
        contract=SCC_SENSITIVE,
        mechanisms=on_file("standard_contract"),
        counted=Counted(sensitive=9_998),
    ),
    Case(
        "9,999 sensitive counted, standard contract: the 10,000th",
        "敏感信息已计9999人，标准合同：第10000人",
        "export.sensitive_full",
        contract=SCC_SENSITIVE,
        mechanisms=on_file("standard_contract"),
        counted=Counted(sensitive=9_999),
    ),
    Case(
        "9,999 sensitive counted, certification: the 10,000th",
        "敏感信息已计9999人，认证：第10000人",
        "export.sensitive_full",
        contract={**CERTIFIED, "lines": SENSITIVE},
        mechanisms=on_file("certification"),
        counted=Counted(sensitive=9_999),
    ),
    Case(
        "9,999 sensitive counted, assessment for 20,000",
        "敏感信息已计9999人，安全评估规模2万人",
        "export.assessment",
        contract={**ASSESSED, "lines": SENSITIVE},
        mechanisms=SCALE,
        counted=Counted(sensitive=9_999),
    ),
    Case(
        "General only while sensitive is full elsewhere",
        "仅一般信息，他处敏感信息已满",
        "export.small",
        counted=Counted(general=10, sensitive=9_999),
    ),
    Topic(
        "Scope and life of a mechanism (PIPL art. 38; Order 16 art. 9; NDSMR art. 38)",
        "出境机制的范围与有效期（个人信息保护法第三十八条；促进规定第九条；网数条例第三十八条）",
    ),
    Case(
        "Standard contract filed for another recipient",
        "标准合同备案的接收方不同",
        "export.mechanism_missing",
        contract=SCC,
        mechanisms=on_file("standard_contract", recipient="agency"),
    ),
    Case(
        "Standard contract filed for another purpose",
        "标准合同备案的目的不同",
        "export.mechanism_missing",
        contract=SCC,
        mechanisms=on_file("standard_contract", purposes=["sale"]),
    ),
    Case(
        "A field more than was filed",
        "字段超出备案范围",
        "export.mechanism_missing",
        contract=SCC,
        mechanisms=on_file("standard_contract", fields=["member.card.number"]),
    ),
    Case(
        "Kept abroad longer than was filed",
        "境外保存期限超出备案",
        "export.mechanism_missing",
        contract={**SCC, "retention": {"days": 1097}},
        mechanisms=on_file("standard_contract"),
    ),
    Case(
        "Passed on to somebody not filed",
        "再转移接收方未备案",
        "export.mechanism_missing",
        contract={
            **SCC,
            "onward": [
                {"id": "mailer", "sender": "hq", "legal_name": "Mailer Inc.", "country": "US", "purpose": "mail"}
            ],
        },
        mechanisms=on_file("standard_contract"),
    ),
    Case(
        "The filing has another number than the contract says",
        "备案号与合同不符",
        "export.mechanism_missing",
        contract=SCC,
        mechanisms=on_file("standard_contract", number="F-2"),
    ),
    Case(
        "Standard contract in force tomorrow",
        "标准合同次日生效",
        "export.mechanism_missing",
        contract=SCC,
        mechanisms=on_file("standard_contract", issued_on="2026-11-26"),
    ),
    Case(
        "Standard contract ended yesterday",
        "标准合同昨日到期",
        "export.mechanism_lapsed",
        contract=SCC,
        mechanisms=on_file("standard_contract", ends_on="2026-11-24"),
    ),
    Case(
        "Standard contract ends today",
        "标准合同当日到期",
        "export.standard_contract",
        contract=SCC,
        mechanisms=on_file("standard_contract", ends_on="2026-11-25"),
    ),
    Case(
        "Filing revoked today",
        "备案当日被撤销",
        "export.mechanism_lapsed",
        contract=SCC,
        mechanisms=on_file("standard_contract", revoked_on="2026-11-25"),
    ),
    Case(
        "Assessment of 2024, last day of three years",
        "2024年评估结果，三年届满当日",
        "export.assessment",
        on=date(2027, 5, 9),
        contract=ASSESSED,
        mechanisms=on_file("assessment", issued_on="2024-05-10", general_max=5_000),
    ),
    Case(
        "Assessment of 2024, the day after three years",
        "2024年评估结果，三年届满次日",
        "export.mechanism_lapsed",
        on=date(2027, 5, 10),
        contract=ASSESSED,
        mechanisms=on_file("assessment", issued_on="2024-05-10", general_max=5_000),
    ),
    Case(
        "Certificate of 2026, the day after three years",
        "2026年证书，三年届满次日",
        "export.mechanism_lapsed",
        on=date(2029, 1, 1),
        contract=CERTIFIED,
        mechanisms=on_file("certification"),
    ),
    Case(
        "Certificate of 2026, last day of three years",
        "2026年证书，三年届满当日",
        "export.certification",
        on=date(2028, 12, 31),
        contract=CERTIFIED,
        mechanisms=on_file("certification"),
    ),
    Case("The contract has ended", "合同已终止", "export.contract_not_in_force", contract={"ends_on": "2026-11-24"}),
    Topic(
        "Exemptions (Order 16 art. 3–6)",
        "豁免情形（促进规定第三至六条）",
    ),
    Case(
        "Cross-border purchase, address needed abroad",
        "跨境购物，境外履行需要地址",
        "export.contract_necessity",
        contract=ABROAD,
        person={"facts": TOLD | PARTY, "consents": 0},
    ),
    Case(
        "The same while every line is full: exempt flows take no headroom",
        "同上，额度已满：豁免情形不占额度",
        "export.contract_necessity",
        contract=ABROAD,
        person={"facts": TOLD | PARTY, "consents": 0},
        counted=Counted(99_999, 9_999),
    ),
    Case(
        "The same, this person bought nothing abroad",
        "同上，但此人并无跨境订单",
        "export.no_contract_with_person",
        contract=ABROAD,
        person={"consents": 0},
    ),
    Case(
        "The same, notice not shown",
        "同上，但未告知",
        "export.notice_missing",
        contract=ABROAD,
        person={"facts": PARTY, "consents": 0},
    ),
    Case(
        "Employee, cross-border human resources",
        "员工，跨境人力资源管理",
        "export.human_resources",
        contract=STAFF,
        person=EMPLOYEE,
    ),
    Case("A member under the contract for employees", "员工合同下的会员", "export.person_not_covered", contract=STAFF),
    Case(
        "Emergency", "紧急情况", "export.emergency", contract=RESCUE, person={"facts": TOLD | ENDANGERED, "consents": 0}
    ),
    Case("Called an emergency, nobody in danger", "称紧急而无人处于危险", "export.no_emergency", contract=RESCUE),
    Case(
        "Collected abroad, goes back",
        "境外收集后返回",
        "export.round_trip",
        contract=ROUND,
        person={"facts": TOLD | FROM_ABROAD},
    ),
    Case("Called a round trip, collected here", "称境外收集而实为境内收集", "export.collected_here", contract=ROUND),
    Case(
        "Guangxi list, 999,998 counted (row to be confirmed)",
        "广西清单，已计999998人（该行待核实）",
        "export.zone_list",
        contract={"mechanism": zone("guangxi")},
        mechanisms=on_file("zone_list", zone="guangxi"),
        counted=Counted(zone=999_998),
    ),
    Case(
        "Guangxi list, 999,999 counted",
        "广西清单，已计999999人",
        "export.zone_full",
        contract={"mechanism": zone("guangxi")},
        mechanisms=on_file("zone_list", zone="guangxi"),
        counted=Counted(zone=999_999),
    ),
    Case(
        "Shanghai list, its numbers not known",
        "上海清单，数量未知",
        "export.zone_list_silent",
        contract={"mechanism": zone("shanghai")},
        mechanisms=on_file("zone_list", zone="shanghai"),
    ),
    Case(
        "Guangxi list, not filed",
        "广西清单，未备案",
        "export.zone_list_silent",
        contract={"mechanism": zone("guangxi")},
    ),
    Case(
        "Guangxi list, a sensitive field",
        "广西清单，含敏感字段",
        "export.zone_list_silent",
        contract={"mechanism": zone("guangxi"), "lines": SENSITIVE},
        mechanisms=on_file("zone_list", zone="guangxi"),
    ),
    Case(
        "Counts of groups of at least ten",
        "每组至少十人的汇总数据",
        "export.aggregate",
        contract={"lines": [line("member.card.points", "P", "aggregate", group_min=10)]},
        person={"consents": 0, "facts": 0},
    ),
    Topic(
        "Who asks and who receives (PIPL art. 21, 23, 38, 40–42)",
        "提出方与接收方（个人信息保护法第二十一、二十三、三十八、四十至四十二条）",
    ),
    Case(
        "A foreign court asks",
        "外国法院要求提供",
        "export.foreign_authority",
        contract={"recipient": {"role": "authority"}},
    ),
    Case(
        "A foreign agency asks, assessment on file",
        "外国执法机构要求提供，已有安全评估",
        "export.foreign_authority",
        contract={**ASSESSED, "recipient": {"role": "authority"}},
        mechanisms=SCALE,
    ),
    Case(
        "The recipient is on the list of PIPL art. 42",
        "接收方在限制提供清单内",
        "export.recipient_barred",
        mechanisms=Mechanisms(barred=frozenset({"hq"})),
    ),
    Case(
        "Recipient in Hong Kong, no separate consent",
        "接收方在香港，无单独同意",
        "export.separate_consent_missing",
        contract={"recipient": {"country": "HK"}},
        person=without(Purpose.EXPORT),
    ),
    Case(
        "Another handler in the mainland, consent to sharing",
        "境内其他处理者，已单独同意提供",
        "export.domestic",
        contract=HOME,
        person=without(Purpose.EXPORT),
    ),
    Case(
        "Another handler in the mainland, no consent to sharing",
        "境内其他处理者，未单独同意提供",
        "export.sharing_consent_missing",
        contract=HOME,
        person=without(Purpose.SHARING),
    ),
    Case(
        "Another handler in the mainland, notice not shown",
        "境内其他处理者，未告知",
        "export.notice_missing",
        contract=HOME,
        person={"facts": 0},
    ),
    Case(
        "Processor in the mainland",
        "境内受托处理者",
        "export.domestic",
        contract={**HOME, "recipient": {"country": "CN", "role": "processor"}},
        person={**without(Purpose.SHARING), "facts": 0},
    ),
    Case(
        "Operator of critical infrastructure, few persons",
        "关键信息基础设施运营者，人数较少",
        "export.critical_needs_assessment",
        mechanisms=Mechanisms(critical=True),
    ),
    Case(
        "Operator of critical infrastructure, standard contract",
        "关键信息基础设施运营者，标准合同",
        "export.critical_needs_assessment",
        contract=SCC,
        mechanisms=Mechanisms((filing("standard_contract"),), critical=True),
    ),
    Case(
        "Operator of critical infrastructure, exempt by contract",
        "关键信息基础设施运营者，合同必需豁免",
        "export.contract_necessity",
        contract=ABROAD,
        person={"facts": TOLD | PARTY},
        mechanisms=Mechanisms(critical=True),
    ),
    Case(
        "Important data, exempt by contract",
        "重要数据，主张合同必需豁免",
        "export.important_needs_assessment",
        contract={**ABROAD, "important": True},
        person={"facts": TOLD | PARTY},
    ),
    Case(
        "Important data, standard contract",
        "重要数据，标准合同",
        "export.important_needs_assessment",
        contract={**SCC, "important": True},
        mechanisms=on_file("standard_contract"),
    ),
    Case(
        "Important data, assessed",
        "重要数据，已通过安全评估",
        "export.assessment",
        contract={**ASSESSED, "important": True},
        mechanisms=SCALE,
    ),
    Topic(
        "The same question on other days",
        "不同日期的同一问题",
    ),
    Case("One day before PIPL", "个人信息保护法施行前一日", "export.before_the_law", on=date(2021, 10, 31)),
    Case(
        "PIPL in force, no mechanism exists yet",
        "个人信息保护法已施行，尚无出境机制",
        "export.mechanism_missing",
        on=date(2022, 8, 31),
        contract=ASSESSED,
        mechanisms=OLD_ASSESSMENT,
    ),
    Case(
        "First day of the assessment measures",
        "安全评估办法施行首日",
        "export.assessment",
        on=date(2022, 9, 1),
        contract=ASSESSED,
        mechanisms=OLD_ASSESSMENT,
    ),
    Case(
        "Assessment of 2022, two years later",
        "2022年评估结果，两年之后",
        "export.mechanism_lapsed",
        on=date(2024, 9, 1),
        contract=ASSESSED,
        mechanisms=OLD_ASSESSMENT,
    ),
    Case(
        "Standard contract the day before its measures",
        "标准合同办法施行前一日",
        "export.mechanism_missing",
        on=date(2023, 5, 31),
        contract=SCC,
        mechanisms=on_file("standard_contract", issued_on="2023-05-01"),
    ),
    Case(
        "Standard contract on the first day of its measures",
        "标准合同办法施行首日",
        "export.standard_contract",
        on=date(2023, 6, 1),
        contract=SCC,
        mechanisms=OLD_SCC,
    ),
    Case(
        "2023: 99,999 counted, standard contract",
        "2023年：已计99999人，标准合同",
        "export.general_full",
        on=date(2023, 12, 1),
        contract=SCC,
        mechanisms=OLD_SCC,
        counted=Counted(general=99_999),
    ),
    Case(
        "2023: a handler of a million persons, standard contract",
        "2023年：处理百万人信息的处理者，标准合同",
        "export.mechanism_missing",
        on=date(2023, 12, 1),
        contract=SCC,
        mechanisms=Mechanisms(OLD_SCC.filings, persons_held=1_000_000),
    ),
    Case(
        "2024 after Order 16: the same handler",
        "2024年规定施行后：同一处理者",
        "export.standard_contract",
        on=date(2024, 3, 22),
        contract=SCC,
        mechanisms=Mechanisms(OLD_SCC.filings, persons_held=1_000_000),
    ),
    Case(
        "Few persons the day before Order 16",
        "促进规定施行前一日，人数较少",
        "export.mechanism_missing",
        on=date(2024, 3, 21),
    ),
    Case(
        "Few persons on the first day of Order 16", "促进规定施行首日，人数较少", "export.small", on=date(2024, 3, 22)
    ),
    Case(
        "Cross-border purchase the day before Order 16",
        "促进规定施行前一日，跨境购物",
        "export.exemption_unknown",
        on=date(2024, 3, 21),
        contract=ABROAD,
        person={"facts": TOLD | PARTY},
    ),
    Case(
        "Certificate the day before its measures",
        "认证办法施行前一日",
        "export.mechanism_missing",
        on=date(2025, 12, 31),
        contract=CERTIFIED,
        mechanisms=on_file("certification", issued_on="2025-12-01"),
    ),
    Case(
        "Certificate on the first day of its measures",
        "认证办法施行首日",
        "export.certification",
        on=date(2026, 1, 1),
        contract=CERTIFIED,
        mechanisms=on_file("certification"),
    ),
    Case("Asked for 2030: the law as known today", "询问2030年：按现行规定", "export.small", on=date(2030, 1, 1)),
    Topic(
        "More of the same, by clause",
        "其他条款的补充情形",
    ),
    Case(
        "Operator of critical infrastructure, assessed",
        "关键信息基础设施运营者，已通过安全评估",
        "export.assessment",
        contract=ASSESSED,
        mechanisms=on_file("assessment", critical=True, general_max=3_000_000),
    ),
    Case(
        "Operator of critical infrastructure, certificate",
        "关键信息基础设施运营者，已认证",
        "export.critical_needs_assessment",
        contract=CERTIFIED,
        mechanisms=on_file("certification", critical=True),
    ),
    Case(
        "Operator of critical infrastructure, employees",
        "关键信息基础设施运营者，员工信息",
        "export.human_resources",
        contract=STAFF,
        person={**EMPLOYEE, "facts": TOLD},
        mechanisms=Mechanisms(critical=True),
    ),
    Case(
        "Operator of critical infrastructure, recipient in the mainland",
        "关键信息基础设施运营者，境内接收方",
        "export.domestic",
        contract=HOME,
        mechanisms=Mechanisms(critical=True),
    ),
    Case(
        "Important data, few persons",
        "重要数据，人数较少",
        "export.important_needs_assessment",
        contract={"important": True},
    ),
    Case(
        "Employee, notice not shown",
        "员工，未告知",
        "export.notice_missing",
        contract=STAFF,
        person={**EMPLOYEE, "facts": 0},
    ),
    Case(
        "Employee, no impact assessment yet",
        "员工，尚无影响评估",
        "export.assessment_missing",
        contract={**STAFF, "assessment": {"finished_on": "2026-12-01"}},
        person={**EMPLOYEE, "facts": TOLD},
    ),
    Case(
        "Another handler in the mainland, no impact assessment yet",
        "境内其他处理者，尚无影响评估",
        "export.assessment_missing",
        contract={**HOME, "assessment": {"finished_on": "2026-12-01"}},
    ),
    Case(
        "Recipient in Taiwan, no separate consent",
        "接收方在台湾，无单独同意",
        "export.separate_consent_missing",
        contract={"recipient": {"country": "TW"}},
        person=without(Purpose.EXPORT),
    ),
    Case(
        "Recipient in Macao, few persons",
        "接收方在澳门，人数较少",
        "export.small",
        contract={"recipient": {"country": "MO"}},
    ),
    Case(
        "A sensitive field as a hash, nothing on file",
        "敏感字段经哈希，未备案",
        "export.mechanism_missing",
        contract={"lines": [NUMBER_LINE, line("member.detail.skin", "Skin", "hash")]},
    ),
    Case(
        "First sensitive person, certification",
        "首个敏感个人信息主体，已认证",
        "export.certification",
        contract={**CERTIFIED, "lines": SENSITIVE},
        mechanisms=on_file("certification"),
        counted=Counted(),
    ),
    Case(
        "General, 999,999 counted, certification: the millionth",
        "一般个人信息已计999,999人，已认证：第100万人",
        "export.general_full",
        contract=CERTIFIED,
        mechanisms=on_file("certification"),
        counted=Counted(general=999_999),
    ),
    Case(
        "Zone list the day before Order 16",
        "促进规定施行前一日，自贸区清单",
        "export.exemption_unknown",
        on=date(2024, 3, 21),
        contract={"mechanism": zone("guangxi")},
    ),
    Topic("Exemptions that do not fit (Order 16 art. 4–6, 10)", "不符合豁免的情形（促进规定第四至六条、第十条）"),
    Case(
        "A domestic booking, fulfilled in the mainland, copied to headquarters (CAC answers of 2025-10-31, question 2)",
        "境内个人预订境内服务，在境内履行，抄送总部（网信办2025年10月31日问答二）",
        "export.performed_here",
        contract={**ABROAD, "mechanism": {"exemption": "contract_necessity", "performed_abroad": False}},
        person={"facts": TOLD | PARTY, "consents": 0},
    ),
    Case(
        "Called necessary for a contract, yet resting on consent",
        "称合同必需，实以同意为依据",
        "export.exemption_unfit",
        contract={"mechanism": {"exemption": "contract_necessity", "performed_abroad": True}},
        person={"facts": TOLD | PARTY},
    ),
    Case(
        "Members called employees",
        "以员工管理名义出境会员信息",
        "export.exemption_unfit",
        contract={"mechanism": {"exemption": "human_resources"}},
    ),
    Case(
        "A child's parcel abroad, guardian agreed: exempt whatever the age",
        "儿童的跨境包裹，监护人已同意：豁免与年龄无关",
        "export.contract_necessity",
        contract={**ABROAD, "subjects": {"minors": "all"}},
        person={"facts": TOLD | PARTY | MINOR | CHILD | GUARDIAN, "consents": 0},
    ),
    Case(
        "A child's parcel abroad, guardian not asked",
        "儿童的跨境包裹，监护人未同意",
        "export.guardian_missing",
        contract={**ABROAD, "subjects": {"minors": "all"}},
        person={"facts": TOLD | PARTY | MINOR | CHILD, "consents": 0},
    ),
    Case(
        "Emergency, notice not shown yet",
        "紧急情况，尚未告知",
        "export.notice_missing",
        contract=RESCUE,
        person={"facts": ENDANGERED, "consents": 0},
    ),
    Case(
        "Collected abroad, the day before Order 16",
        "境外收集后返回，促进规定施行前一日",
        "export.exemption_unknown",
        on=date(2024, 3, 21),
        contract=ROUND,
        person={"facts": TOLD | FROM_ABROAD},
    ),
    Case(
        "Guangxi list, no separate consent: a list waives the mechanism only",
        "广西清单，无单独同意：清单仅豁免出境机制",
        "export.separate_consent_missing",
        contract={"mechanism": zone("guangxi")},
        person=without(Purpose.EXPORT),
        mechanisms=on_file("zone_list", zone="guangxi"),
    ),
    Case(
        "Guangxi list, the day before its row is valid",
        "广西清单，该行生效前一日",
        "export.zone_list_silent",
        on=date(2025, 12, 30),
        contract={"mechanism": zone("guangxi")},
        mechanisms=on_file("zone_list", zone="guangxi", issued_on="2025-12-30"),
    ),
    Case(
        "Guangxi list, a handler of another sector",
        "广西清单，处理者属于其他行业",
        "export.zone_list_silent",
        contract={"mechanism": zone("guangxi")},
        mechanisms=Mechanisms((filing("zone_list", zone="guangxi"),), sector="hotel"),
    ),
    Case(
        "Beijing list, its numbers not known",
        "北京清单，数量未知",
        "export.zone_list_silent",
        contract={"mechanism": zone("beijing")},
        mechanisms=on_file("zone_list", zone="beijing"),
    ),
    Topic("Both counters, filings in a row, receivers", "两项计数、先后备案与接收方"),
    Case(
        "General and sensitive together: sensitive full, general not",
        "同时含一般与敏感信息：敏感已满，一般未满",
        "export.sensitive_full",
        contract=SCC_SENSITIVE,
        mechanisms=on_file("standard_contract"),
        counted=Counted(general=5, sensitive=9_999),
    ),
    Case(
        "General and sensitive together: general full, sensitive not",
        "同时含一般与敏感信息：一般已满，敏感未满",
        "export.general_full",
        contract=SCC_SENSITIVE,
        mechanisms=on_file("standard_contract"),
        counted=Counted(general=999_999, sensitive=5),
    ),
    Case(
        "A phone number as a hash, 99,999 counted: a hash is still personal information",
        "手机号经哈希，已计99999人：哈希仍属个人信息",
        "export.general_full",
        contract={"lines": [NUMBER_LINE, line("member.phone.phone", "Phone", "hash")]},
        counted=Counted(general=99_999),
    ),
    Case(
        "1 January in China: the count begins anew",
        "中国时间1月1日：重新计数",
        "export.small",
        on=date(2027, 1, 1),
        counted=Counted(),
    ),
    Case(
        "An old standard contract ended, a new one took effect under the same number",
        "旧标准合同已到期，同一备案号的新合同已生效",
        "export.standard_contract",
        contract=SCC,
        mechanisms=Mechanisms(
            (
                filing("standard_contract", ends_on="2026-06-30"),
                filing("standard_contract", issued_on="2026-07-01"),
            )
        ),
    ),
    Case(
        "Assessment of 2022 on its last day of two years",
        "2022年评估结果，两年届满当日",
        "export.assessment",
        on=date(2024, 8, 31),
        contract=ASSESSED,
        mechanisms=OLD_ASSESSMENT,
    ),
    Case(
        "2023: 9,999 sensitive counted, standard contract: the 10,000th",
        "2023年：敏感信息已计9999人，标准合同：第10000人",
        "export.sensitive_full",
        on=date(2023, 12, 1),
        contract=SCC_SENSITIVE,
        mechanisms=OLD_SCC,
        counted=Counted(sensitive=9_999),
    ),
    Case(
        "Passed on to somebody on the list of PIPL art. 42",
        "再转移接收方在限制提供清单内",
        "export.recipient_barred",
        contract={
            "onward": [
                {"id": "mailer", "sender": "hq", "legal_name": "Mailer Inc.", "country": "US", "purpose": "mail"}
            ],
        },
        mechanisms=Mechanisms(barred=frozenset({"mailer"})),
    ),
    Case(
        "Another handler in the mainland, a sensitive field, no consent to it",
        "境内其他处理者，含敏感字段，无敏感信息单独同意",
        "export.sensitive_consent_missing",
        contract={**HOME, "lines": SENSITIVE},
        person=without(Purpose.SENSITIVE),
    ),
    Case(
        "A parcel carried in the mainland for the person's own order: no consent needed, but notice",
        "为履行个人订单交境内承运人：无须同意，但须告知",
        "export.domestic",
        contract={**HOME, "purpose": "sale", "basis": "contract", "lines": [NUMBER_LINE]},
        person={"facts": TOLD | PARTY, "consents": 0},
    ),
    Case(
        "The person objected, though an exemption would carry it",
        "个人已拒绝，即使符合豁免",
        "export.objected",
        contract=ABROAD,
        person={"facts": TOLD | PARTY | OBJECTED, "consents": 0},
    ),
    Case(
        "Important data in counts of groups, no assessment",
        "汇总数据属于重要数据，无安全评估",
        "export.important_needs_assessment",
        contract={"important": True, "lines": [line("member.card.points", "P", "aggregate", group_min=10)]},
        person={"consents": 0, "facts": 0},
    ),
)
CASES: Final = tuple(row for row in ROWS if isinstance(row, Case))
