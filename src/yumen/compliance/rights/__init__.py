"""The rights of a person over what is kept about them, carried out over every module's holdings (PIPL art. 44–50).

    gone = await rights.erase(uow, person, "asked")     # rows of membership go, keys are ordered shredded
    parts = await rights.copy(uow, person)              # everything, opened, in plain values

Both know only the data map; what a module keeps and how it lets go is said by its holdings.
"""

from yumen.compliance.rights import heard
from yumen.compliance.rights.copying import Part, copy
from yumen.compliance.rights.erasure import Erasure, erase
from yumen.compliance.rights.information import Said, told

__all__ = ["Erasure", "Part", "Said", "copy", "erase", "heard", "told"]
