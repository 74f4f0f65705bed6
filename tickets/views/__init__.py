"""The staff pages and My profile, one module per noun."""
