"""Training: recipes, the loops that follow them, what is measured, and comparisons of several runs."""
