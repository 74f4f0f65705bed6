"""`manage.py setup`: from an empty database to a site that takes and scores tickets."""
