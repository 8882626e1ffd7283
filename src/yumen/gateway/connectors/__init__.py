"""Recipients' systems behind one small interface."""
