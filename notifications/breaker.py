"""Leave a broken server alone for a while, so that only the first caller pays for finding out."""

import time


class Breaker:
    """Per process. `trip()` after a failure; `is_open` says for `seconds` that trying again is pointless."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._open_until = 0.0

    @property
    def is_open(self) -> bool:
        return time.monotonic() < self._open_until

    def trip(self) -> None:
        self._open_until = time.monotonic() + self.seconds

    def reset(self) -> None:
        self._open_until = 0.0
