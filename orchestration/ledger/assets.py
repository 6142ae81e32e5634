"""Telling Dagster what the ledger was told: one making, one check, in the same words.

The one place where an outcome record becomes a Dagster result, for every stage's thin layer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import dagster as dg

from orchestration.countdown import clock
from orchestration.lake import Lake
from orchestration.ledger import checks
from orchestration.ledger.checks import CheckRecord
from orchestration.ledger.making import record_making
from orchestration.ledger.steps import StepRecord
from orchestration.settings import Settings


@dataclass(frozen=True)
class Teller:
    """Writes outcomes of one run into the ledger, and says the same to Dagster.

    Attributes:
        moment: Time of the home's clock when the step began to tell.
        run_id: Dagster's run.
    """

    lake: Lake
    moment: datetime
    run_id: str

    def made(
        self,
        asset: str,
        code_version: str,
        data_version: str,
        upstream: Sequence[str],
        *,
        rows: int = 0,
        seconds: float = 0.0,
        reason: str = "",
        extra: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> dg.MaterializeResult[None]:
        """One making of one asset.

        Args:
            asset: Its key, joined by slashes.
            code_version: Version of the code that made it, as on its spec.
            data_version: Name of its content; equal content, equal name.
            upstream: Keys of the assets it was made from.
            rows: Rows of it.
            seconds: Elapsed seconds of the making.
            reason: Why it is as it is, where that needs saying.
            extra: Figures for the ledger.
            metadata: Figures for Dagster's page, beside rows and seconds.
        """
        record_making(
            self.lake,
            StepRecord(
                asset=asset,
                code_version=code_version,
                inputs={},
                data_version=data_version,
                state="made",
                finished_at=self.moment.isoformat(),
                rows=rows,
                seconds=round(seconds, 3),
                run_id=self.run_id,
                reason=reason,
                extra=dict(extra or {}),
            ),
            upstream,
        )
        return dg.MaterializeResult(
            asset_key=asset.split("/"),
            data_version=dg.DataVersion(data_version),
            metadata={"rows": rows, "seconds": round(seconds, 3), **(metadata or {})},
        )

    def failed(
        self, asset: str, code_version: str, upstream: Sequence[str], seconds: float, reason: str
    ) -> None:
        """An asset that could not be made: for the ledger alone, Dagster hears it as a failure."""
        record = StepRecord(
            asset, code_version, {}, "", "failed", self.moment.isoformat(),
            seconds=round(seconds, 3), run_id=self.run_id, reason=reason,
        )  # fmt: skip
        record_making(self.lake, record, upstream)

    def checked(
        self,
        asset: str,
        check: str,
        passed: bool,
        blocking: bool,
        detail: str,
        figures: Mapping[str, Any],
    ) -> dg.AssetCheckResult:
        """One evaluation of one check; the release reads the ledger's side of it."""
        record = CheckRecord(
            asset, check, passed, blocking, detail, self.moment.isoformat(), dict(figures),
            self.run_id,
        )  # fmt: skip
        checks.append(self.lake, record)
        return check_result(record)


def teller(settings: Settings, run_id: str) -> Teller:
    """The teller of a run, at the present time of the home."""
    moment = clock.now(settings.home, settings.campaign.contest.zone)
    return Teller(Lake(settings.home), moment, run_id)


def check_result(record: CheckRecord) -> dg.AssetCheckResult:
    """A check record as Dagster's result: what blocks the release is an error there."""
    severity = dg.AssetCheckSeverity.ERROR if record.blocking else dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(
        asset_key=record.asset.split("/"),
        check_name=record.check,
        passed=record.passed,
        severity=severity,
        description=record.detail,
        metadata={"figures": dg.MetadataValue.json(record.figures)},
    )
