"""What only the page on gates has."""
