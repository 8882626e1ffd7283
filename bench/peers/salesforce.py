"""simple-salesforce as a competent engineer uses it: one upsert a person, connections kept, one or several threads.

`python -m bench.peers.salesforce TASK` (JSON: address, tls_port, id, secret, ca, threads, seconds) says its figures.
"""

from __future__ import annotations

import itertools
import json
import socket
import sys
import threading
import time
from typing import Any

import requests
from simple_salesforce.api import Salesforce

VERSION = "66.0"


def main(task: dict[str, Any]) -> None:
    real = socket.getaddrinfo
    # its certificate says localhost; the way there is the link
    socket.getaddrinfo = lambda host, *more, **named: real(task["address"], *more, **named)
    root = f"https://localhost:{task['tls_port']}"
    form = {"grant_type": "client_credentials", "client_id": task["id"], "client_secret": task["secret"]}
    token = requests.post(f"{root}/services/oauth2/token", form, verify=task["ca"], timeout=30).json()["access_token"]
    numbers, done, lock = itertools.count(1), [0.0], threading.Lock()
    clients = [_client(root, token, task["ca"]) for _ in range(task["threads"])]
    for client in clients:
        client.Contact.upsert(f"Yumen_Id__c/W{next(numbers)}", {"LastName": "warm"})
    begun = time.monotonic()

    def run(client: Any) -> None:
        while time.monotonic() - begun < task["seconds"]:
            number = next(numbers)
            body = {"LastName": f"王小明 {number}", "Loyalty_Points__c": 0, "LeadSource": "WeChat"}
            client.Contact.upsert(f"Yumen_Id__c/M{number:08d}", {**body, "Yumen_Version__c": 1})
            with lock:
                done[0] += 1

    threads = [threading.Thread(target=run, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({"persons": done[0], "seconds": time.monotonic() - begun}))


def _client(root: str, token: str, ca: str) -> Any:
    """A client with a session of its own: requests' sessions are not for several threads."""
    session = requests.Session()
    session.trust_env, session.verify = False, ca
    return Salesforce(session_id=token, instance_url=root, version=VERSION, session=session)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
