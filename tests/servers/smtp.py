"""A real SMTP server that keeps what it is sent and misbehaves on request."""

import email
import email.policy
import threading
import time
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.processes import free_port, wait_until


class SmtpSink:
    """`messages` in order of arrival; `refusals` maps a recipient to the reply it gets, `delay` slows every mail.

    `down()` and `up()` close and open the port.
    """

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refusals: dict[str, str] = {}
        self.delay = 0.0
        self._lock = threading.Lock()
        self.host, self.port = "127.0.0.1", free_port()
        self.url = f"smtp://{self.host}:{self.port}"
        self.up()

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if refusal := self.refusals.get(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.delay:
            import asyncio

            await asyncio.sleep(self.delay)
        message = email.message_from_bytes(envelope.content or b"", policy=email.policy.default)
        with self._lock:
            self.messages.append(message)  # type: ignore[arg-type]
        return "250 Kept"

    def to(self, address: str) -> list[EmailMessage]:
        """What has arrived for one address, in order."""
        with self._lock:
            return [message for message in self.messages if address in str(message["To"])]

    def wait(self, *, to: str, count: int = 1, subject: str = "", limit: float = 90) -> list[EmailMessage]:
        """Waits for mails to an address whose subject holds a text; an error shows what did arrive."""

        def found() -> list[EmailMessage]:
            matching = [message for message in self.to(to) if subject in str(message["Subject"])]
            return matching if len(matching) >= count else []

        try:
            return list(wait_until(found, limit=limit))
        except RuntimeError as error:
            arrived = [(str(message["To"]), str(message["Subject"])) for message in self.messages]
            raise AssertionError(f"No {count} mail(s) to {to} about {subject!r}. Arrived: {arrived}") from error

    def quiet(self, *, seconds: float = 1.0) -> int:
        """The number of mails after a while without a new one."""
        while True:
            before = len(self.messages)
            time.sleep(seconds)
            if len(self.messages) == before:
                return before

    def reset(self) -> None:
        with self._lock:
            self.messages.clear()
            self.refusals.clear()
        self.delay = 0.0

    def down(self) -> None:
        self._controller.stop()

    def up(self) -> None:
        self._controller = Controller(self, hostname=self.host, port=self.port)
        self._controller.start()

    def close(self) -> None:
        self._controller.stop()


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    """The decoded plain (or html) part of a mail."""
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part else ""
