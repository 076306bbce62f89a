"""Real data, each with its source and licence."""
