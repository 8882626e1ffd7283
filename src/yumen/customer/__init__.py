"""The shopper's story: identity ← consent ← profile ← catalog ← loyalty ← orders."""
