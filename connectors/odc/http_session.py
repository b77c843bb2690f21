"""How a REST API is called: bounded in time, tried again when it asks for that, certificates checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from connectors.odc.calling import CONNECT_SECONDS, MAX_WAIT, READ_SECONDS

RETRIED = (429, 500, 502, 503, 504)


def retries(attempts: int) -> Retry:
    """The rule for reading calls: after these attempts the last answer counts, whatever it is."""
    return Retry(
        total=attempts - 1,
        status_forcelist=RETRIED,
        allowed_methods={"GET", "HEAD"},
        backoff_factor=0.5,
        raise_on_status=False,
        retry_after_max=MAX_WAIT,
    )


class ReadingSession(requests.Session):
    """A session that follows no redirect: an API answers itself, a log-in page does not."""

    def __init__(self, ca: Path | None, attempts: int) -> None:
        super().__init__()
        self.verify = str(ca) if ca else True
        for scheme in ("https://", "http://"):
            self.mount(scheme, HTTPAdapter(max_retries=retries(attempts)))

    def request(self, *args: Any, **options: Any) -> requests.Response:
        """As `requests` does, with a time limit."""
        options.setdefault("timeout", (CONNECT_SECONDS, READ_SECONDS))
        options["allow_redirects"] = False
        return super().request(*args, **options)
