"""What protects personal data: data map ← keys ← trail ← vault ← access."""
