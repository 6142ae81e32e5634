"""Electronic filings (``.fec``): the header, the summary page and the lines of Schedule B.

``fecfile`` knows which field of which version is which; it reads amounts as floats, so its
field names are used and its typed values are not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from operator import itemgetter
from pathlib import Path

from orchestration.settings import UserError

# Summary lines that Schedule B itemises, and fecfile's name of their figure for the period.
SUMMARY_LINES: dict[str, dict[str, str]] = {
    "F3P": {
        "23": "operating_expenditures",
        "24": "transfers_to_other_authorized_committees",
        "25": "fundraising_disbursements",
        "26": "exempt_legal_accounting_disbursement",
        "27A": "made_or_guaranteed_by_candidate",
        "27B": "other_repayments",
        "28A": "individuals",
        "28B": "political_party_committees_refunds",
        "28C": "other_political_committees",
        "29": "other_disbursements",
    },
    "F3": {
        "17": "operating_expenditures",
        "18": "transfers_to_authorized",
        "19A": "candidate_loan_repayments",
        "19B": "other_loan_repayments",
        "20A": "refunds_to_individuals",
        "20B": "refunds_to_party_committees",
        "20C": "refunds_to_other_committees",
        "21": "other_disbursements",
    },
    "F3X": {
        "21B": "other_federal_operating_expenditures",
        "22": "transfers_to_affiliated",
        "23": "contributions_to_candidates",
        "26": "total_loan_repayments_made",
        "27": "loans_made",
        "28A": "refunds_to_individuals",
        "28B": "refunds_to_party_committees",
        "28C": "refunds_to_other_committees",
        "29": "other_disbursements",
        "30B": "federal_election_activity_all_federal",
    },
}

_FORM = re.compile(r"^(F3P|F3X|F3)([NAT]?)$")
_LONGEST_HEADER = 100
_SEPARATOR = "\x1c"

# Our name of a line's field, and fecfile's; versions before 6 have one field for the payee.
_FIELDS = {
    "line": "form_type",
    "committee_id": "filer_committee_id_number",
    "transaction_id": "transaction_id_number",
    "payee": "payee_organization_name",
    "payee_name": "payee_name",
    "last_name": "payee_last_name",
    "first_name": "payee_first_name",
    "purpose": "expenditure_purpose_descrip",
    "amount": "expenditure_amount",
    "date": "expenditure_date",
    "memo_code": "memo_code",
}
LINE_FIELDS = ("row", *_FIELDS)

Row = tuple[str, ...]


@dataclass(frozen=True)
class Filing:
    """One electronic filing without its lines.

    Attributes:
        filing_id: The FEC's number of it, which stands in the file's name alone.
        form: ``F3P``, ``F3`` or ``F3X``.
        is_amendment: Whether it replaces an earlier filing.
        amends: Number of the filing that was amended first, or empty.
        sequence: Which amendment of that filing it is; 0 for a filing that is none.
        stated: Summary lines and the amounts that stand there, as written.
    """

    filing_id: str
    committee_id: str
    committee_name: str
    form: str
    is_amendment: bool
    amends: str
    sequence: int
    coverage_from: str
    coverage_through: str
    stated: dict[str, str] = field(default_factory=dict)


def read_filing(path: Path, encoding: str) -> tuple[Filing, Iterator[Row]]:
    """Read the header and summary page, and give the lines of Schedule B as ``LINE_FIELDS``.

    The lines are read while they are asked for, so a filing of any size takes little memory.

    Raises:
        UserError: the file is no filing, its version is unknown, its form has no Schedule B,
            or (while lines are asked for) a line is cut short.
    """
    lines = _numbered(path, encoding)
    header, version = _header(path, lines)
    try:
        page = _summary(path, lines, version)
    except _unknown() as mistake:
        raise _unknown_version(path, str(mistake)) from None
    found = _FORM.match(page["form_type"].strip().upper())
    if not found:
        raise UserError(
            f"{path}: form {page['form_type'].strip()!r} itemises no spending on Schedule B; "
            "give filings of form F3, F3P or F3X"
        )
    form = found[1]
    filing = Filing(
        filing_id=_number(path.stem) or path.stem,
        committee_id=page["filer_committee_id_number"].strip(),
        committee_name=page["committee_name"].strip(),
        form=form,
        is_amendment=found[2] == "A",
        amends=_number(header.get("report_id", "")),
        sequence=int(header.get("report_number", "").strip() or 0),
        coverage_from=page["coverage_from_date"].strip(),
        coverage_through=page["coverage_through_date"].strip(),
        stated={
            line: page[f"col_a_{name}"].strip()
            for line, name in SUMMARY_LINES[form].items()
            if f"col_a_{name}" in page
        },
    )
    return filing, _schedule_b(path, lines, version)


def _numbered(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    with path.open(encoding=encoding, newline="\n") as stream:
        for number, line in enumerate(stream, start=1):
            yield number, line.rstrip("\r\n")


def _header(path: Path, lines: Iterator[tuple[int, str]]) -> tuple[dict[str, str], str]:
    from fecfile import fecparser

    held: list[str] = []
    for _, line in lines:
        held.append(line)
        try:
            header, version, _ = fecparser.parse_header(held)
        except _unknown() as mistake:
            raise _unknown_version(path, str(mistake)) from None
        except (IndexError, KeyError, ValueError):
            break
        if version is not None:
            return header, version
        if len(held) > _LONGEST_HEADER:
            break
    raise UserError(f"{path}, line 1: no header of an electronic filing; download it again")


def _summary(path: Path, lines: Iterator[tuple[int, str]], version: str) -> dict[str, str]:
    from fecfile import fecparser

    for _, line in lines:
        if line.strip():
            page = fecparser.parse_line(line, version, as_strings=True)
            if page and "filer_committee_id_number" in page:
                return {name: str(value) for name, value in page.items()}
            break
    raise UserError(f"{path}: it has no summary page behind its header; download it again")


@dataclass(frozen=True)
class _Places:
    """Where the fields of one kind of line stand: how many there are, and how ours are picked."""

    fields: int
    whole: int
    pick: Callable[[list[str]], Row]


def _schedule_b(path: Path, lines: Iterable[tuple[int, str]], version: str) -> Iterator[Row]:
    from fecfile.fecparser import comma_versions, fields_from_line

    separated = version[0] not in comma_versions
    known: dict[str, _Places] = {}
    for number, line in lines:
        if not line.startswith(("SB", '"SB')):
            continue
        fields = line.split(_SEPARATOR) if separated else fields_from_line(line)
        places = known.get(fields[0])
        if places is None:
            places = known.setdefault(fields[0], _places(path, fields[0].strip(), version))
        if len(fields) < places.whole:
            raise UserError(f"{path}, line {number}: it is cut short; download the filing again")
        del fields[places.fields :]
        fields += [""] * (places.fields + 1 - len(fields))
        yield (str(number), *places.pick(fields))


def _places(path: Path, form: str, version: str) -> _Places:
    from fecfile.cache import getMapping
    from fecfile.fecparser import mappings

    try:
        names = getMapping(mappings, form, version)
    except _unknown() as mistake:
        raise _unknown_version(path, str(mistake)) from None
    blank = len(names)
    at = [names.index(its) if its in names else blank for its in _FIELDS.values()]
    # An amount that ends a line may have lost digits: only a field behind it says it is whole.
    last = max(names.index("expenditure_amount"), names.index("expenditure_date"))
    return _Places(fields=blank, whole=last + 2, pick=itemgetter(*at))


def batches(rows: Iterable[Row], size: int = 100_000) -> Iterator[list[Row]]:
    """The rows, so many at a time."""
    held = iter(rows)
    while batch := list(islice(held, size)):
        yield batch


def _number(text: str) -> str:
    # A name may hold a committee's id (C00580100) and a copy's count ("(1)") too.
    found = re.findall(r"(?<![C\d])\d{4,}", text)
    return found[-1] if found else ""


def _unknown() -> type[Exception]:
    import fecfile

    error: type[Exception] = fecfile.FecParserMissingMappingError
    return error


def _unknown_version(path: Path, reason: str) -> UserError:
    return UserError(
        f"{path}: damaged, or of a version that fecfile does not know ({reason}); download it again"
    )
