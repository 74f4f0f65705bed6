"""Tell a worker about a new mail at once. A lost nudge costs seconds, never the mail: the sweep finds the row."""

import logging

from celery import current_app

from .breaker import Breaker
from .tasks import deliver

logger = logging.getLogger(__name__)

BROKER_TIMEOUT = 0.4  # seconds for each of connect and answer, so that no page waits for a dead broker
broker = Breaker(seconds=10)


def nudge(mail_pk: int) -> None:
    """Ask for the delivery of one mail. Returns within about a second and never raises, whatever the broker does."""
    if broker.is_open:
        return
    try:
        # A connection of its own: the shared pool carries the worker's patient timeouts and retries.
        with current_app.connection_for_write(
            connect_timeout=BROKER_TIMEOUT,
            transport_options={
                "socket_timeout": BROKER_TIMEOUT,
                "socket_connect_timeout": BROKER_TIMEOUT,
                "retry_on_timeout": False,
                "max_retries": 0,
            },
        ) as connection:
            deliver.apply_async((mail_pk,), connection=connection, retry=False)
    except Exception as error:
        broker.trip()
        logger.warning("The broker cannot be reached, the sweep will deliver mail %s: %s", mail_pk, error)
