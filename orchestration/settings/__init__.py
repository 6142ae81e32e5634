"""Settings: ``campaign.yaml`` and the environment, read once and passed in.

What a campaign may set belongs here. What a supplier promised belongs to its ``source.yaml``.
"""

from __future__ import annotations

import os
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from orchestration.settings.campaign import Campaign, Effect
from orchestration.settings.files import Strict, UserError, read_yaml, validate_with_lines
from orchestration.settings.leaving import Role, Seed
from orchestration.settings.work import WEEK, Task

__all__ = [
    "PROJECT_ROOT",
    "WEEK",
    "Campaign",
    "Effect",
    "Role",
    "Seed",
    "Settings",
    "Strict",
    "Task",
    "UserError",
    "load_campaign",
    "load_settings",
    "read_yaml",
    "validate_with_lines",
    "writable_home",
]

PROJECT_ROOT = Path(__file__).resolve().parent.parent.parent


class Environment(BaseSettings):
    """What the environment may set; see ``README.md`` for each name."""

    model_config = SettingsConfigDict(env_prefix="TMINUS_", extra="ignore")

    home: Path = Path("var")
    campaign: Path = PROJECT_ROOT / "campaign.yaml"
    sources: Path = PROJECT_ROOT / "orchestration" / "sources"
    memory: str = "4GB"


class Settings(Strict):
    """Everything a stage needs to know about where and for whom it works."""

    home: Path
    campaign: Campaign
    campaign_file: Path
    sources: Path
    memory: str = "4GB"


def load_settings(home: Path | None = None, campaign: Path | None = None) -> Settings:
    """Read the environment and ``campaign.yaml``; arguments win over both.

    Raises:
        UserError: the file is missing, is no YAML, or holds an unknown key or a bad value;
            the sentence names file and line.
    """
    environment = Environment()
    file = campaign or environment.campaign
    return Settings(
        home=(home or environment.home).absolute(),
        campaign=load_campaign(file),
        campaign_file=file.absolute(),
        sources=environment.sources.absolute(),
        memory=environment.memory,
    )


def load_campaign(file: Path) -> Campaign:
    """Read one ``campaign.yaml``; :func:`load_settings` says what can go wrong."""
    content, lines = read_yaml(file)
    return validate_with_lines(Campaign, content, lines, file)


def writable_home(home: Path) -> Path:
    """Make sure that the home exists and can be written, before anything else is done.

    Raises:
        UserError: it cannot be made or written.
    """
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as mistake:
        reason = mistake.strerror or "unknown reason"
        raise UserError(
            f"the home {home} cannot be made ({reason}); choose another --home"
        ) from None
    if not os.access(home, os.W_OK | os.X_OK):
        raise UserError(f"the home {home} cannot be written; choose another --home or its owner")
    return home
