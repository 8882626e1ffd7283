"""Mechanics every sandbox shares: a wire that can misbehave, a journal that survives, a clock, pages."""
