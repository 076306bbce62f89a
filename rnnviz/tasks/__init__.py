"""What networks are trained on: each module a task, its data and the simple baseline to beat."""
