"""The ways to a reader: the log, a chat's webhook, a mail server.

A channel brings one message or raises :class:`Undelivered`. When it is tried again is
``alerts_post``'s. No address, no secret and no answer of a server stands in what is raised, for
that goes into the ledger and the log.
"""

from __future__ import annotations

import json
import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import EmailMessage
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from orchestration.ledger.alerts import MessageRecord
from orchestration.settings import Settings, UserError
from orchestration.settings.telling import Email, Webhook, secret

TIMEOUT = 10  # seconds that a server may take to answer
LOOPBACK = ("127.0.0.1", "::1", "localhost")
Channel = Callable[[MessageRecord], None]
Log = Callable[[str], None]


class Undelivered(Exception):
    """A channel did not take a message; the text says why and holds no secret."""


def channels(settings: Settings, log: Log) -> dict[str, Channel]:
    """The channels that ``campaign.yaml`` sets, by name."""
    alerts = settings.campaign.alerts
    found: dict[str, Channel] = {}
    if alerts.log:
        found["log"] = lambda message: log(f"{message.title}\n{message.text}")
    if webhook := alerts.webhook:
        found["webhook"] = lambda message: post(webhook, message)
    if email := alerts.email:
        found["email"] = lambda message: mail(email, message, settings.home)
    return found


def post(webhook: Webhook, message: MessageRecord) -> None:
    """Post a message as ``{"text": ...}``.

    Raises:
        Undelivered: the address is not known, or the server cannot be reached or refuses.
    """
    request = urllib.request.Request(  # noqa: S310  _address lets only http(s) through
        _address(webhook),
        data=json.dumps({"text": _escaped(f"*{message.title}*\n{message.text}")}).encode(),
        headers={"Content-Type": "application/json", "User-Agent": "tminus"},
        method="POST",
    )
    try:
        with _opener().open(request, timeout=TIMEOUT):
            pass
    except urllib.error.HTTPError as refusal:
        refusal.close()
        raise Undelivered(f"the webhook answered with status {refusal.code}") from None
    except (OSError, HTTPException, ValueError) as fault:
        reason = getattr(fault, "reason", fault)
        why = getattr(reason, "strerror", None) or type(reason).__name__
        raise Undelivered(f"the webhook cannot be reached: {why}") from None


def mail(email: Email, message: MessageRecord, home: Path) -> None:
    """Hand a message to the mail server, with the page it carries.

    Raises:
        Undelivered: the password is not known, or the server cannot be reached or refuses.
    """
    letter = _letter(email, message, home)
    try:
        password = secret(email.password) if email.password else None
        context = ssl.create_default_context()
        with _server(email, context) as server:
            if email.security == "starttls":
                server.starttls(context=context)
            if email.user and password:
                server.login(email.user, password)
            server.send_message(letter)
    except UserError as mistake:
        raise Undelivered(str(mistake)) from None
    except smtplib.SMTPResponseException as refusal:
        raise Undelivered(f"the mail server answered with status {refusal.smtp_code}") from None
    except (OSError, smtplib.SMTPException) as fault:
        why = getattr(fault, "strerror", None) or type(fault).__name__
        raise Undelivered(f"the mail server did not take it: {why}") from None


def _server(email: Email, context: ssl.SSLContext) -> smtplib.SMTP:
    if email.security == "tls":
        return smtplib.SMTP_SSL(email.host, email.port, timeout=TIMEOUT, context=context)
    return smtplib.SMTP(email.host, email.port, timeout=TIMEOUT)


def _letter(email: Email, message: MessageRecord, home: Path) -> EmailMessage:
    letter = EmailMessage()
    letter["Subject"] = f"T-minus: {message.title}"
    letter["From"], letter["To"] = email.sender, ", ".join(email.to)
    # The same message has the same id, so a mail program shows it once even when it came twice.
    letter["Message-ID"] = f"<{message.id}@tminus.invalid>"
    letter.set_content(message.text)
    page = home / message.attachment
    if message.attachment and page.is_file():
        letter.add_attachment(
            page.read_bytes(), maintype="application", subtype="pdf", filename=page.name
        )
    return letter


def _address(webhook: Webhook) -> str:
    try:
        address = secret(webhook.url)
        place = urlsplit(address)
        host = place.hostname
    except UserError as mistake:
        raise Undelivered(str(mistake)) from None
    except ValueError:
        raise Undelivered(f"what {webhook.url} holds is no address; mend it") from None
    if place.scheme == "https" or (place.scheme == "http" and host in LOOPBACK):
        return address
    raise Undelivered(f"what {webhook.url} holds must begin with https://; mend it")


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_NoDetour)


class _NoDetour(urllib.request.HTTPRedirectHandler):
    """A redirected post would arrive as an empty get, and look delivered."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        return None


def _escaped(text: str) -> str:
    """The three signs that Slack reads as its own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
