"""What the name of a column says."""

import pytest

from yumen.audit.evidence.kinds import Kind, is_bare_name, is_of_persons, kinds_of_column, kinds_of_name


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("receiverMobile", Kind.PHONE),
        ("id_card_no", Kind.ID_NUMBER),
        ("identityNumber", Kind.ID_NUMBER),
        ("收货地址", Kind.ADDRESS),
        ("realName", Kind.NAME),
        ("lng", Kind.LOCATION),
        ("baby_birthday", Kind.MINOR),
    ],
)
def test_a_name_says_what_it_holds(name, kind):
    assert kind in kinds_of_name(name)


@pytest.mark.parametrize(
    "name", ["flat", "hotel_id", "surname_count", "automobile", "panel", "product_name", "addressed", "identity"]
)
def test_a_name_that_only_sounds_like_it_says_nothing(name):
    assert kinds_of_name(name) == frozenset()


@pytest.mark.parametrize(
    ("name", "type_", "comment", "kind"),
    [
        ("contact_phone", "varchar(20)", "", Kind.PHONE),
        ("mobile", "bigint", "", Kind.PHONE),
        ("lxdh", "varchar(20)", "联系电话", Kind.PHONE),
        ("birthday", "date", "", Kind.BIRTH),
        ("wx_openid", "text", "", Kind.OPENID),
    ],
)
def test_a_column_without_values_is_known_by_its_name_its_type_and_its_comment(name, type_, comment, kind):
    assert kinds_of_column(name, type_, comment) == {kind}


@pytest.mark.parametrize(
    ("name", "type_", "comment"),
    [
        ("phone_verified", "boolean", ""),
        ("phone", "boolean", ""),
        ("email_template", "text", ""),
        ("name", "text", ""),
        ("ip_address", "text", ""),
        ("flag", "varchar(2)", "是否绑定手机"),
        ("phone_sealed", "bytea", ""),
    ],
)
def test_a_column_about_something_else_is_not(name, type_, comment):
    assert kinds_of_column(name, type_, comment) == frozenset()


def test_a_table_may_be_about_persons_and_a_name_about_anything():
    assert is_of_persons("public.member")
    assert not is_of_persons("public.product")
    assert is_bare_name("name")
    assert not is_bare_name("real_name")
