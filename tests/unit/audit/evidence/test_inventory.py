"""Regions of resources from plans and CSV files."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.audit.conftest import NOW, TODAY
from yumen.audit.evidence.inventory import place_of, read_inventory, words, yes_no
from yumen.audit.world import World
from yumen.law import Place


@pytest.fixture
def read(folder):
    def inventory(name, text):
        world = World(folder({name: text}), NOW, TODAY)
        return read_inventory(world, [name]), world

    return inventory


@pytest.mark.parametrize(
    ("cloud", "region", "place"),
    [
        ("tencent", "ap-shanghai", Place.MAINLAND),
        ("tencent", "ap-shanghai-2", Place.MAINLAND),
        ("alibaba", "cn-shanghai-b", Place.MAINLAND),
        ("alibaba", "cn-hongkong", Place.ELSEWHERE),
        ("alibaba", "cn-hongkong-c", Place.ELSEWHERE),
        ("tencent", "ap-hongkong", Place.ELSEWHERE),
        ("tencent", "ap-atlantis", Place.UNKNOWN),
        ("tencent", "", Place.UNKNOWN),
        ("aws_china", "us-east-2", Place.ELSEWHERE),
        ("aws_china", "cn-north-1", Place.MAINLAND),
        ("abroad", "", Place.ELSEWHERE),
        ("", "ap-shanghai", Place.MAINLAND),
        ("", "cn-hongkong", Place.ELSEWHERE),
        ("", "ap-atlantis", Place.UNKNOWN),
        ("alibaba", "华东1（杭州）", Place.MAINLAND),
        ("", "中国香港", Place.ELSEWHERE),
        ("", "亚特兰蒂斯", Place.UNKNOWN),
    ],
)
def test_a_region_is_compared_with_lists_never_with_prefixes(cloud, region, place):
    assert place_of(cloud, region) is place


def test_a_plan_is_read_through_modules_with_the_region_of_its_provider(read):
    plan = {
        "planned_values": {
            "root_module": {
                "resources": [{"address": "alicloud_vpc.main", "type": "alicloud_vpc", "values": {}}],
                "child_modules": [
                    {
                        "resources": [
                            {
                                "address": "module.db.alicloud_db_readonly_instance.r",
                                "type": "alicloud_db_readonly_instance",
                                "values": {"encryption_algorithm": "SM4"},
                            }
                        ]
                    }
                ],
            }
        },
        "configuration": {
            "provider_config": {
                "alicloud": {"name": "alicloud", "expressions": {"region": {"constant_value": "cn-hangzhou"}}}
            }
        },
    }
    (one,) = read("plan.json", json.dumps(plan))[0].resources
    assert (one.role, one.region, one.place, one.encrypted) == ("replica", "cn-hangzhou", Place.MAINLAND, True)


def test_a_csv_with_chinese_heads_is_read(read):
    text = "\ufeff名称,资源类型,云厂商,地域,是否加密\n订单库,数据库,腾讯云,ap-guangzhou,否\n"
    (one,) = read("cloud.csv", text)[0].resources
    assert (one.name, one.role, one.cloud, one.place, one.encrypted) == (
        "订单库",
        "store",
        "tencent",
        Place.MAINLAND,
        False,
    )


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"planned_values": 3}', "[" * 5000])
def test_what_is_no_plan_is_told(read, text):
    inventory, world = read("plan.json", text)
    assert inventory is None
    assert [one.code for one in world.unread] == ["no_plan"]


KEYS = st.sampled_from(
    ["planned_values", "root_module", "resources", "child_modules", "type", "values", "configuration", "expressions"]
)
TREES = st.recursive(
    st.none() | st.booleans() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(TREES)
def test_odd_plans_break_nothing(tmp_path_factory, tree):
    folder = tmp_path_factory.mktemp("plan")
    (folder / "p.json").write_text(json.dumps(tree))
    read_inventory(World(folder, NOW, TODAY), ["p.json"])


def test_yes_and_no_in_both_languages():
    assert [yes_no(said) for said in ("是", "YES", "否", "private", "maybe")] == [True, True, False, False, None]


def test_every_role_and_cloud_of_the_vocabulary_is_known():
    assert set(words().role.values()) <= set(words().csv_role)
    assert {kind.partition("_")[0] for kind in words().role} == set(words().cloud)


@pytest.mark.parametrize(
    ("product", "role"),
    [
        ("对象存储 COS", "store"),
        ("TencentDB for MySQL", "store"),
        ("云数据库RDS", "store"),
        ("云数据库备份", "backup"),
        ("日志服务SLS", "log"),
        ("消息队列 CKafka", "queue"),
        ("Lambda", "function"),
        ("frobnicator", "other"),
    ],
)
def test_a_product_is_known_as_consoles_call_it(read, product, role):
    inventory, _ = read("i.csv", f"实例名称,云产品,地域\na,{product},ap-shanghai\n")
    assert [one.role for one in inventory.resources] == [role]


def test_a_table_of_something_else_is_no_inventory(read):
    inventory, world = read("i.csv", "colour,size\nred,M\n")
    assert inventory is None
    assert [one.code for one in world.unread] == ["no_inventory"]
