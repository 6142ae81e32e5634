"""JUnit XML of asset checks, the form in which a CI job shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

from orchestration.ledger.checks import CheckRecord
from orchestration.settings import UserError


def write_junit(
    file: Path, checks: Sequence[CheckRecord], errors: Mapping[str, str], seconds: float
) -> None:
    """Write one suite: a case a check, a case a step that could not look.

    A blocking check that failed is a failure; one that only warns is a skipped case with its
    sentence, so that CI stays green and shows it.

    Raises:
        UserError: the file cannot be written.
    """
    failures = sum(1 for c in checks if not c.passed and c.blocking)
    counts = {
        "tests": len(checks) + len(errors),
        "failures": failures,
        "errors": len(errors),
        "skipped": sum(1 for c in checks if not c.passed and not c.blocking),
    }
    suite = ElementTree.Element(
        "testsuite", {"name": "tminus check", "time": f"{seconds:.2f}", **_text(counts)}
    )
    for check in checks:
        case = ElementTree.SubElement(suite, "testcase", classname=check.asset, name=check.check)
        if not check.passed:
            kind = "failure" if check.blocking else "skipped"
            ElementTree.SubElement(case, kind, message=check.detail)
    for step, why in errors.items():
        case = ElementTree.SubElement(suite, "testcase", classname="step", name=step)
        ElementTree.SubElement(case, "error", message=why)
    tree = ElementTree.ElementTree(suite)
    ElementTree.indent(tree)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        tree.write(file, encoding="utf-8", xml_declaration=True)
    except OSError as mistake:
        reason = mistake.strerror or "unknown reason"
        raise UserError(f"{file} cannot be written ({reason}); name another file") from None


def _text(counts: Mapping[str, int]) -> dict[str, str]:
    return {name: str(count) for name, count in counts.items()}
