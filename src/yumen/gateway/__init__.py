"""What carries abroad what the border has cleared, brings it back, and says why.

capture     an act that changes somebody writes their number down, in its own transaction
judging     many who changed are judged and booked; whoever may no longer be there is recalled
dispatch    what is booked is opened, sent, settled one by one; what failed is asked for, sent again, or a case
grounds     what two people found true of a person: an emergency, or that it was collected abroad
statistics  how many persons are in each group, under a contract of aggregates: nobody leaves by it
lockout     a recipient that refuses our credentials: people are told, the gate knocks, and goes on when let in
rehearsing  what the next round would do at a recipient, before anybody is sent
viewing     a view by staff who sit abroad: booked before it is shown, opened and within reach counted apart
retraction  plans, carries out, verifies and proves that somebody was taken back
"""

from yumen.gateway import (
    capture,
    cases,
    closing,
    connections,
    dispatch,
    explaining,
    foresight,
    grounds,
    judging,
    lockout,
    recall_queue,
    recalling,
    rehearsing,
    retraction,
    starting,
    statistics,
    viewing,
    waking,
)
from yumen.gateway.capture import TOUCHING
from yumen.gateway.gate import Gate, Recipient, Recipients
from yumen.gateway.holdings import HOLDINGS
from yumen.gateway.pace import USUAL, Patience

__all__ = [
    "HOLDINGS",
    "TOUCHING",
    "USUAL",
    "Gate",
    "Patience",
    "Recipient",
    "Recipients",
    "capture",
    "cases",
    "closing",
    "connections",
    "dispatch",
    "explaining",
    "foresight",
    "grounds",
    "judging",
    "lockout",
    "recall_queue",
    "recalling",
    "rehearsing",
    "retraction",
    "starting",
    "statistics",
    "viewing",
    "waking",
]
