"""Every way out of the mainland: declared in a contract, judged, counted exactly, written into a ledger.

contract = resolve(read(source), data_map, on)             # a TOML file, all its faults at once
ready = prepare(contract, mechanisms, on)                  # once a batch
booked = await bookings.book(Passage(…, ready.judge(person)))   # the lane: headroom, ledger, queue
payloads, left = await DeclaredReader(contract, openers, salt).read(uow, cleared)
"""

from yumen.border import authority, contracting, figures, filings, transfers
from yumen.border.booking import Booked, Bookings, Passage, State, Way
from yumen.border.checking import faults, resolve, unopened
from yumen.border.contract import Draft, ExportContract
from yumen.border.contract_store import Version
from yumen.border.counting import DeclaredCounter, GroupCount
from yumen.border.difference import diff, say
from yumen.border.forecast import Crossing, forecast
from yumen.border.policy import Counted, Prepared, judge, prepare
from yumen.border.reader import Cleared, DeclaredReader, Opener, Payload
from yumen.border.reading import BadContractError, Fault, read
from yumen.border.standing import Filing, FilingDraft, Mechanisms, Route, Standing
from yumen.border.verdict import Allow, Counter, Deny, Hold, Room, Verdict, explain
from yumen.border.views import Books, ViewRule, as_view, is_abroad

__all__ = [
    "Allow",
    "BadContractError",
    "Booked",
    "Bookings",
    "Books",
    "Cleared",
    "Counted",
    "Counter",
    "Crossing",
    "DeclaredCounter",
    "DeclaredReader",
    "Deny",
    "Draft",
    "ExportContract",
    "Fault",
    "Filing",
    "FilingDraft",
    "GroupCount",
    "Hold",
    "Mechanisms",
    "Opener",
    "Passage",
    "Payload",
    "Prepared",
    "Room",
    "Route",
    "Standing",
    "State",
    "Verdict",
    "Version",
    "ViewRule",
    "Way",
    "as_view",
    "authority",
    "contracting",
    "diff",
    "explain",
    "faults",
    "figures",
    "filings",
    "forecast",
    "is_abroad",
    "judge",
    "prepare",
    "read",
    "resolve",
    "say",
    "transfers",
    "unopened",
]
