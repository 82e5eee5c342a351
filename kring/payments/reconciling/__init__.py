"""What providers say, compared with what we have (P7)."""
