"""The mark of a demo database: what it was made from, and how far its older months are."""

from django.db import models


class DemoRun(models.Model):
    """One row in a demo database, none in a real one. With `as_of` and `seed` the same story is told again."""

    as_of = models.DateTimeField()
    seed = models.PositiveIntegerField()
    older_total = models.PositiveIntegerField()
    older_done = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="demo_run_one_row")]

    def __str__(self) -> str:
        return f"demo as of {self.as_of}: {self.older_done} of {self.older_total} older tickets"
