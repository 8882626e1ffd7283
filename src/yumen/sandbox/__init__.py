"""Simulators of what the outside world does to us: own processes, own SQLite files, loopback only.

A sandbox imports nothing it imitates and nothing of `kit.crypto`: it is the second reading of the same documents.
"""
