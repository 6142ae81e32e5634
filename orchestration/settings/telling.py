"""Whom T-minus tells, as ``campaign.yaml`` sets it: the ``alerts`` block.

A secret stands in the environment or in a file of its own and is named here; it is read when it is
used, and never shown.
"""

from __future__ import annotations

import os
from datetime import time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from orchestration.settings.files import Strict, UserError
from orchestration.settings.work import TimeOfDay


def _reference(text: str) -> str:
    kind, _, name = text.partition(":")
    if kind not in ("env", "file") or not name:
        # What stands there may be the secret itself, so it is not repeated.
        raise ValueError(
            "a secret does not stand in this file; write env:NAME of a variable or file:PATH"
        )
    return text


SecretReference = Annotated[str, AfterValidator(_reference)]


class Webhook(Strict):
    """A chat's incoming webhook, which takes ``{"text": ...}`` as Slack does."""

    url: SecretReference


class Email(Strict):
    """A mail server that takes messages for these addresses."""

    to: tuple[str, ...] = Field(min_length=1)
    sender: str = Field(alias="from")
    host: str
    port: int = Field(default=587, gt=0, lt=65536)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: SecretReference | None = None

    @model_validator(mode="after")
    def _safe(self) -> Email:
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password belong together; write both or neither")
        if self.password and self.security == "none":
            raise ValueError("a password needs security: starttls or tls")
        return self


class Alerts(Strict):
    """One digest a day from ``digest_at`` on, and a message when a state changes."""

    digest_at: TimeOfDay = time(6)
    log: bool = True
    webhook: Webhook | None = None
    email: Email | None = None


def secret(reference: str) -> str:
    """What a reference stands for.

    Raises:
        UserError: the variable is not set, or the file cannot be read or is empty.
    """
    kind, _, name = reference.partition(":")
    if kind == "env":
        value = os.environ.get(name, "").strip()
        if not value:
            raise UserError(f"the variable {name} is not set, which campaign.yaml names; set it")
        return value
    try:
        value = Path(name).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        value = ""
    if not value:
        raise UserError(f"{name}, which campaign.yaml names, is empty or cannot be read; mend it")
    return value
