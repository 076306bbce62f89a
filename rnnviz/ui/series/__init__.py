"""The parts of the page on series."""
