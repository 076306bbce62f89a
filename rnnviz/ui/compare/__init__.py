"""What only the page that trains and compares has."""
