"""Excel files: what may come in, what their cells say, and the template for them."""
