"""The little language that cells and networks are written in, and what is read off its programs."""
