"""A real OpenID provider on loopback in Google's place; it can be told to lie in the identity tokens it hands out."""

import json
import logging
import os
import re
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

import jwt
import requests
from django.test import Client
from oidc_provider_mock import app
from werkzeug.serving import make_server

CLIENT_ID = "kpi-web.apps.example"
STYLE_SHEET = re.compile(rb"<link\s+rel=.stylesheet.[^>]*>")


class OpenIdProvider:
    """`people` are added by `knows`; `lies` replaces claims of the next identity tokens (None takes a claim out)."""

    def __init__(self) -> None:
        os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.lies: dict[str, Any] = {}
        self._app = app()
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.addresses = {
            "AUTHORIZE_URL": f"{self.url}/oauth2/authorize",
            "TOKEN_URL": f"{self.url}/oauth2/token",
            "CERTS_URL": f"{self.url}/jwks",
            "ISSUER": self.url,
        }
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def knows(self, sub: str, **claims: Any) -> str:
        """A person of this provider; the answer is what to type on its page."""
        requests.put(f"{self.url}/users/{sub}", json=claims, timeout=5).raise_for_status()
        return sub

    def reset(self) -> None:
        self.lies = {}

    def close(self) -> None:
        self._server.shutdown()

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        head: list[Any] = []
        body = b"".join(self._app(environ, lambda status, headers, *_rest: head.extend((status, headers))))
        if environ["PATH_INFO"] == "/oauth2/token" and self.lies:
            body = self._lying(body)
        # Its pages ask for a style sheet from elsewhere, which a test must not need.
        body = STYLE_SHEET.sub(b"", body)
        kept = [(name, value) for name, value in head[1] if name.lower() != "content-length"]
        start_response(head[0], [*kept, ("Content-Length", str(len(body)))])
        return [body]

    def _lying(self, body: bytes) -> bytes:
        answer = json.loads(body)
        if self.lies.pop("no token", False):
            del answer["id_token"]
        else:
            claims = jwt.decode(answer["id_token"], options={"verify_signature": False}) | self.lies
            told = {name: value for name, value in claims.items() if value is not None}
            answer["id_token"] = jwt.encode(told, "k" * 32, algorithm="HS256")
        return json.dumps(answer).encode()


def leave_for(client: Client, **form: str) -> str:
    """Press the Google button; returns the address at the provider it leads to."""
    answer = client.post("/accounts/google/login/", {"process": "login", **form})
    assert answer.status_code == 302
    return str(answer["Location"])


def come_back(client: Client, address: str, sub: str) -> Any:
    """Sign in at the provider as `sub` and follow it back to the site; returns the site's answer."""
    sent = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=5)
    back = urlsplit(sent.headers["Location"])
    return client.get(f"{back.path}?{back.query}")


def through_google(client: Client, sub: str, **form: str) -> Any:
    """There and back again."""
    return come_back(client, leave_for(client, **form), sub)
