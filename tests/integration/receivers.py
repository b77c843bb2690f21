"""A webhook receiver and an SMTP server that keep what alerts they get."""

from __future__ import annotations

import json
import threading
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from aiosmtpd.controller import Controller

from deploy.demo.processes import free_port


class Receivers:
    """A webhook receiver and an SMTP server that keep what they get."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.mails: list[EmailMessage] = []
        #: While set, the webhook answers 503 and the SMTP server 451.
        self.refuse = False
        receivers = self

        class Webhook(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if not receivers.refuse:
                    receivers.events.append(event)
                self.send_response(503 if receivers.refuse else 204)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
                """Say nothing."""

        self._webhook = ThreadingHTTPServer(("127.0.0.1", 0), Webhook)
        self._thread = threading.Thread(target=self._webhook.serve_forever, args=(0.05,), daemon=True)
        self._smtp_port = free_port()
        self._smtp = Controller(self, hostname="127.0.0.1", port=self._smtp_port)

    async def handle_DATA(  # noqa: N802 - aiosmtpd looks for this name
        self, _server: object, _session: object, envelope: Any
    ) -> str:
        """Keep a mail."""
        if self.refuse:
            return "451 try again later"
        message = BytesParser(policy=default).parsebytes(envelope.content)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        return "250 OK"

    @property
    def routes(self) -> str:
        """The collector's configuration of both, and of the log."""
        return (
            '[[alerts.route]]\nkind = "log"\n\n'
            f'[[alerts.route]]\nkind = "webhook"\nurl = "http://127.0.0.1:{self._webhook.server_port}/"\n\n'
            f'[[alerts.route]]\nkind = "smtp"\nhost = "127.0.0.1"\nport = {self._smtp_port}\n'
            'security = "none"\nlanguage = "nl"\n'
            'from = "wolkenzicht@example.invalid"\nto = ["cio@example.invalid"]\n'
        )

    def told(self) -> list[dict[str, Any]]:
        """What the webhook was told of each finding, alone or among many: its event's data, with its type."""
        found: list[dict[str, Any]] = []
        for event in list(self.events):
            members = event["data"].get("members")
            if members is not None:
                assert event["data"]["left_out"] == 0, "members that no test here sees"
            found += members or [{"type": event["type"], **event["data"]}]
        return found

    def texts(self) -> list[str]:
        """The plain text of every mail."""
        bodies = [mail.get_body(("plain",)) for mail in self.mails]
        return [body.get_content() for body in bodies if body is not None]

    def __enter__(self) -> Self:
        self._thread.start()
        self._smtp.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._smtp.stop()
        self._webhook.shutdown()
        self._webhook.server_close()
        self._thread.join()
