"""Values in HubSpot's words, and what an emptied person is."""

from yumen.gateway.connectors import FieldMap
from yumen.gateway.connectors.hubspot import Account, TokenLogin
from yumen.gateway.connectors.hubspot.target import Target, properties

FIELDS = FieldMap("member_no", {"Number": "member_no", "Given": "firstname"}, {"source": "wechat"}, "yumen_version")


def test_values_are_texts_and_nothing_is_the_empty_one():
    told = properties({"a": None, "b": True, "c": False, "d": 12, "e": "x"})
    assert told == {"a": "", "b": "true", "c": "false", "d": "12", "e": "x"}


def test_an_emptied_person_keeps_constants_and_version():
    target = Target(None, Account(TokenLogin("t"), anonymous={"lastname": "-"}), FIELDS)
    assert target.cleared() == {"firstname": None, "member_no": None, "lastname": "-"}


def test_only_contacts_can_be_erased():
    assert Target(None, Account(TokenLogin("t")), FIELDS).can_erase
    custom = Target(None, Account(TokenLogin("t"), object="2-345"), FIELDS)
    assert (custom.can_erase, custom.path) == (False, "/crm/v3/objects/2-345")
