"""Getting a checkout ready, with the standard library only."""
