"""The gate, put together: openers and facts, the recipients of the settings, jobs, alarms, the running loops."""

from yumen.app.gateway.duties import register, tap
from yumen.app.gateway.furnishing import open_gateway
from yumen.app.gateway.running import run

__all__ = ["open_gateway", "register", "run", "tap"]
