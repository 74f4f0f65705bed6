"""A visitor's form, ready to be sent and to be spoiled."""

import uuid
from typing import Any

import pytest

from tests.cast import Cast


@pytest.fixture
def filled(cast: Cast) -> dict[str, Any]:
    """What an anonymous visitor types on /intake; every test changes what it is about."""
    return {
        "form_key": str(uuid.uuid4()),
        "department": str(cast.department.pk),
        "type": str(cast.issue.pk),
        "user": "",
        "description": "The lift stops between floors.",
        "name": "Hassan Abdi",
        "email": "hassan@savanna.example",
    }
