"""Who trains what when, and where it is kept."""
