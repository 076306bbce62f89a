"""What only the page on gradients has."""
