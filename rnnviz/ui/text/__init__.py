"""What the page on text is made of."""
