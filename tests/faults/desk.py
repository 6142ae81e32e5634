"""A desk that takes in files of strangers: one source, its contract, and what became of a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration.lake import Lake, connect, sql_path
from orchestration.landing.land import land
from orchestration.landing.places import landed_path, quarantine_path
from orchestration.ledger.deliveries import DeliveryRecord
from orchestration.settings import Settings, load_settings

CONTRACT = """
source: desk
title: A desk that takes what strangers send
owner: data director
licence: first_party
zone: America/Chicago
delivery: {mode: append}
feeds:
  - name: cards
    files: "cards*"
    format: csv
    entity: contact
    columns:
      record_id: {from: id, required: true, unique: true}
      full_name: {from: who}
      birth_date: {from: born}
      created_at: {from: written}
  - name: zipped
    files: "archive*"
    member: "*.csv"
    format: csv
    entity: contact
    columns:
      record_id: {from: id, required: true}
      full_name: {from: who}
"""
HEAD = "id,who,born,written\n"
GOOD = HEAD + "1,Ann Ames,1980-01-02,2016-01-05 10:00\n2,Bo Boone,,\n"


@dataclass(frozen=True)
class Desk:
    """The settings of a home with the one source ``desk``, and a moment to live."""

    settings: Settings
    moment: datetime

    @property
    def lake(self) -> Lake:
        """The home's lake."""
        return Lake(self.settings.home)

    def put(self, name: str, content: str | bytes) -> Path:
        """Lay a file into the inbox."""
        path = self.lake.inbox / "desk" / "2016-01-20" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def land(self) -> dict[str, DeliveryRecord]:
        """Take in what waits; the records by bare file name."""
        records = land(self.settings, self.moment)
        for record in records:
            assert record.read == record.landed + record.quarantined
            assert "\n" not in record.reason
        return {r.file.rpartition("/")[2]: r for r in records}

    def rows(self, record: DeliveryRecord, feed: str = "cards") -> list[dict[str, Any]]:
        """The landed rows of a delivery, in file order."""
        return self._read(landed_path(self.lake, "desk", record.delivery, "contact", feed))

    def quarantine(self, record: DeliveryRecord, feed: str = "cards") -> list[dict[str, Any]]:
        """The quarantined records of a delivery, in file order."""
        return self._read(quarantine_path(self.lake, "desk", record.delivery, feed))

    def _read(self, path: Path) -> list[dict[str, Any]]:
        with connect(self.settings.home) as con:
            result = con.execute(f"from read_parquet({sql_path(path)}) order by row_number")
            names = [column[0] for column in result.description or ()]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def open_desk(home: Path, moment: datetime) -> Desk:
    """A home with the desk as its only source."""
    folder = home / "sources" / "desk"
    folder.mkdir(parents=True)
    (folder / "source.yaml").write_text(CONTRACT)
    settings = load_settings(home).model_copy(update={"sources": folder.parent})
    return Desk(settings, moment)
