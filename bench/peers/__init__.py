"""Servers that other teams would write, to be measured beside ours."""
