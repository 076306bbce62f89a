"""What each page can be set to, said once: the address, the controls and the lessons follow from it."""
