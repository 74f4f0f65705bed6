import email
import email.policy
from pathlib import Path
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection


def test_each_mail_is_one_readable_file(settings: Any, tmp_path: Path) -> None:
    settings.MAIL_DIR = tmp_path / "mail"
    mails = []
    for number in range(2):
        mail = EmailMultiAlternatives(f"Grüße {number}", "Guten Tag", "site@example.com", ["a@example.com"])
        mail.attach_alternative("<p>Guten Tag</p>", "text/html")
        mails.append(mail)
    assert get_connection("kpiweb.mail_files.MailFileBackend").send_messages(mails) == 2
    files = sorted((tmp_path / "mail").iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    read = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
    assert [message["Subject"] for message in read] == ["Grüße 0", "Grüße 1"]
    assert read[0].get_body(("html",)).get_content() == "<p>Guten Tag</p>"
