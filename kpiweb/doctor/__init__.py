"""`manage.py doctor`: what works, what does not, and the line that mends it."""
