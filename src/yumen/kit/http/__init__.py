"""One way out: every outgoing HTTP call of this process goes through `Http.send`.

Deadlines, bounded retries, a circuit for each host, a limit on answers, logs without secrets, and failures told by
what may be done next: `NotSent`, `Unsettled`, `Rejected`.
"""

from yumen.kit.http.circuit import Circuit, State
from yumen.kit.http.client import Http
from yumen.kit.http.message import Answer, HttpSettings, Request, Sample
from yumen.kit.http.redact import loggable

__all__ = ["Answer", "Circuit", "Http", "HttpSettings", "Request", "Sample", "State", "loggable"]
