"""What all pages share: their frame, their controls, and what they cache."""
