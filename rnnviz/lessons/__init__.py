"""Lessons as links, and those that ship."""
