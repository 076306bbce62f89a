"""What only the page on attention has."""
