"""What people tell about themselves: phone, nickname, birthday, region, picture; and when two of them are one person.

await phone.bind(uow, person, phone.number_of(info, "code"))
await details.change(uow, person, details.Change(nickname="小玉"))
await alias.merge_proved(uow, one, other)
"""

from yumen.customer.profile import alias, avatar, details, find, guardians, minors, opening, phone, takeover
from yumen.customer.profile.events import (
    AgeDeclared,
    PhoneBound,
    PhonesTakenOver,
    ProfileChanged,
    SubjectsMerged,
    SubjectsUnmerged,
)
from yumen.customer.profile.fields import BIRTHDAY, NICKNAME, PHONE
from yumen.customer.profile.holdings import HOLDINGS

__all__ = [
    "BIRTHDAY",
    "HOLDINGS",
    "NICKNAME",
    "PHONE",
    "AgeDeclared",
    "PhoneBound",
    "PhonesTakenOver",
    "ProfileChanged",
    "SubjectsMerged",
    "SubjectsUnmerged",
    "alias",
    "avatar",
    "details",
    "find",
    "guardians",
    "minors",
    "opening",
    "phone",
    "takeover",
]
