"""simple-salesforce as a competent engineer uses it: one upsert a person, connections kept, one or several threads.

`python -m bench.peers.salesforce TASK` (JSON: address, tls_port, id, secret, ca, threads, seconds) says its figures.
"""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Callable
from typing import Any

import requests
from simple_salesforce.api import Salesforce

from bench.peers.pressing import press

VERSION = "66.0"


def main(task: dict[str, Any]) -> None:
    real = socket.getaddrinfo
    # its certificate says localhost; the way there is the link
    socket.getaddrinfo = lambda host, *more, **named: real(task["address"], *more, **named)
    root = f"https://localhost:{task['tls_port']}"
    form = {"grant_type": "client_credentials", "client_id": task["id"], "client_secret": task["secret"]}
    token = requests.post(f"{root}/services/oauth2/token", form, verify=task["ca"], timeout=30).json()["access_token"]
    senders = [_sender(root, token, task["ca"]) for _ in range(task["threads"])]
    for place, send in enumerate(senders):
        send(10_000_000 + place)  # so that each is connected
    print(press(senders, task["seconds"]))


def _sender(root: str, token: str, ca: str) -> Callable[[int], None]:
    """A client with a session of its own: requests' sessions are not for several threads."""
    session = requests.Session()
    session.trust_env, session.verify = False, ca
    client: Any = Salesforce(session_id=token, instance_url=root, version=VERSION, session=session)

    def send(number: int) -> None:
        body = {"LastName": f"王小明 {number}", "Loyalty_Points__c": 0, "LeadSource": "WeChat", "Yumen_Version__c": 1}
        client.Contact.upsert(f"Yumen_Id__c/M{number:08d}", body)

    return send


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
