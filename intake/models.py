"""Counters of what strangers may do in an hour; in the database, so that they survive the broker's absence."""

from django.db import models


class ThrottleCount(models.Model):
    """How often something happened in one hour. The address inside `bucket` is hashed."""

    bucket = models.CharField(max_length=80)
    hour = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bucket", "hour"], name="throttle_bucket_once_an_hour")]
        indexes = [models.Index(fields=["hour"], name="throttle_age")]

    def __str__(self) -> str:
        return f"{self.bucket} {self.hour:%Y-%m-%d %H}h: {self.count}"
