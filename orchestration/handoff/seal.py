"""Encryption to a recipient: a list that leaves the machine can be read by one key only (age)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from orchestration.handoff.cells import OWNER_ONLY
from orchestration.settings import UserError


def check_recipients(recipients: Sequence[str]) -> None:
    """Refuse what is no public key, before anything is written.

    Raises:
        UserError: a text is no public key of age.
    """
    _recipients(recipients)


def seal(file: Path, target: Path, recipients: Sequence[str]) -> None:
    """Encrypt a file to public keys of age (``age1…``); readable by the owner alone.

    Raises:
        UserError: a text is no public key of age.
    """
    import pyrage

    keys = _recipients(recipients)
    aside = target.with_name(f".{target.name}.{os.getpid()}.aside")
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as sealed, file.open("rb") as plain:
            pyrage.encrypt_io(plain, sealed, keys)
            sealed.flush()
            os.fsync(sealed.fileno())
        os.replace(aside, target)
    finally:
        aside.unlink(missing_ok=True)


def _recipients(texts: Sequence[str]) -> list[object]:
    import pyrage

    keys: list[object] = []
    for text in texts:
        try:
            keys.append(pyrage.x25519.Recipient.from_str(text.strip()))
        except pyrage.RecipientError:
            raise UserError(
                f"--to {text!r} is no public key of age; ask the recipient for the one that "
                "begins with age1"
            ) from None
    return keys
