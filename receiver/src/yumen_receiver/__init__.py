"""Open, verify and countersign what a Yumen gateway sends; name what is missing. Imports nothing of the sender."""

from yumen_receiver.keys import Generation, Identity, fingerprint, load, new_generation, save
from yumen_receiver.receiver import Opened, Receiver
from yumen_receiver.refusal import RefusedError
from yumen_receiver.state import Gap, State

__all__ = [
    "Gap",
    "Generation",
    "Identity",
    "Opened",
    "Receiver",
    "RefusedError",
    "State",
    "fingerprint",
    "load",
    "new_generation",
    "save",
]
