"""`yumen demo`: the whole thing on a laptop, with made-up people and simulators, told as it happens."""

from yumen.app.demo.tell import run_demo

__all__ = ["run_demo"]
