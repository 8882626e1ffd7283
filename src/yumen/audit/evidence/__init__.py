"""What rules look at: typed facts, gathered once, without judgement."""
