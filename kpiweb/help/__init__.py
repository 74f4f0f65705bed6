"""Help: our own guides under docs/help/, as pages, searchable, and opened at the right section from everywhere."""
