"""The account pages: allauth's views, of which we serve only these, with a refused form answered by 422."""
