"""What only the home page has."""
