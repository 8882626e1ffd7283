"""Measurements: ours and its peers, alternately, in one run."""
