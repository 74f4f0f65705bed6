"""What every page shares: the template tags `ui`, the context of base.html, the error pages."""
