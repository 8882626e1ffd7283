"""Who is who: handlers and their apps, the natural persons, what WeChat calls them, where they are logged in.

    await handlers.sync(uow, handlers.entries_of(settings))      # at start
    subject = await subjects.get(uow, edge.subject)
    ids = await subjects.family(uow.conn, person)                # whose rows are this person's, after merges

A merge lets one subject stand for another (`subjects.link`); whether two may be merged is decided in `profile`.
"""

from yumen.customer.identity import handlers, people, sessions, subjects, takeover
from yumen.customer.identity.authentication import Authenticator, SessionRecord
from yumen.customer.identity.enrolment import NamedMeanwhile
from yumen.customer.identity.events import SubjectEnrolled, UnionidProved
from yumen.customer.identity.fields import OPENID, UNIONID
from yumen.customer.identity.handlers import App, Apps
from yumen.customer.identity.holdings import HOLDINGS
from yumen.customer.identity.login import Logins
from yumen.customer.identity.names import ask_openids, find_by_openid, openid_of, read_openids
from yumen.customer.identity.subjects import Subject

__all__ = [
    "HOLDINGS",
    "OPENID",
    "UNIONID",
    "App",
    "Apps",
    "Authenticator",
    "Logins",
    "NamedMeanwhile",
    "SessionRecord",
    "Subject",
    "SubjectEnrolled",
    "UnionidProved",
    "ask_openids",
    "find_by_openid",
    "handlers",
    "openid_of",
    "people",
    "read_openids",
    "sessions",
    "subjects",
    "takeover",
]
