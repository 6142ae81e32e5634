"""What must hold of links and persons before a release goes live, measured on the files.

Each measure gives a verdict with its figures; how it is shown in Dagster is in ``checks``.
Precision and recall need somebody who knows, and are in ``evaluate``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from orchestration.identity import known
from orchestration.identity.places import Places, read_day
from orchestration.identity.workspace import one
from orchestration.lake import connect, sql_path


@dataclass(frozen=True)
class Bounds:
    """Limits of what is plausible.

    Attributes:
        least_rate: Of the records of one source that could be linked, at least this share is.
        most_rate: Not more than this: a source whose every record links is the voter file.
        rate_rows: Sources with fewer such records are too small to judge.
        records_per_voter: More records than this on one voter is a wrong mass link.
        records_per_person: The same for a person who is no voter.
        least_precision: Of the links that somebody knows the answer to, at least this share is
            right; a sample too small to say otherwise passes.
        least_recall: Of the links that somebody knows to be possible, at least this share is made.
    """

    least_rate: float = 0.3
    most_rate: float = 0.9995
    rate_rows: int = 200
    records_per_voter: int = 400
    records_per_person: int = 60
    least_precision: float = 0.98
    least_recall: float = 0.6


@dataclass(frozen=True)
class Verdict:
    """One measure.

    Attributes:
        asset: Which of the two assets it is about.
        check: Its name.
        blocking: Whether a failure holds the release.
        detail: One sentence; names no person.
    """

    asset: str
    check: str
    passed: bool
    blocking: bool
    detail: str
    figures: dict[str, Any] = field(default_factory=dict)


LINKS, PERSONS = "identity/links", "identity/persons"
CHECKS = (
    (LINKS, "one_best_voter_per_record", True, "Each staged record stands in the links once."),
    (LINKS, "every_record_has_a_person", True, "Each link names a person that exists."),
    (LINKS, "no_mass_link", True, "No voter has more records than one human could leave."),
    (LINKS, "link_rate_by_source", False, "Each source links as much as is plausible."),
    (LINKS, "right_as_far_as_known", True, "Links agree with the answers that somebody knows."),
    (PERSONS, "one_row_per_person", True, "Each person id stands once, each voter has one."),
    (PERSONS, "no_cluster_over_limit", True, "No person without a voter has too many records."),
)


def rates(places: Places) -> dict[str, dict[str, float]]:
    """For each source: records, linked, in review, and the link rate by method."""
    with connect(places.home) as con:
        found = con.execute(
            "select source, count(*), count(voter_key), "
            "count(*) filter (needs_review and voter_key is null), method "
            f"from read_parquet({sql_path(places.links)}) "
            "group by grouping sets ((source), (source, method)) order by all"
        ).fetchall()
    table: dict[str, dict[str, float]] = {}
    for source, records, linked, review, method in found:
        row = table.setdefault(source, {})
        if method is None:
            rate = linked / records if records else 0.0
            row |= {"records": records, "linked": linked, "review": review, "link_rate": rate}
        else:
            row[method] = records
    return table


def measure(places: Places, bounds: Bounds | None = None) -> list[Verdict]:
    """Every verdict, in the order of :data:`CHECKS`."""
    bounds = bounds or Bounds()
    with connect(places.home) as con:
        con.execute(f"""
            create view links as from read_parquet({sql_path(places.links)});
            create view persons as from read_parquet({sql_path(places.persons)});
            create view records as from read_parquet({sql_path(places.records)})
        """)
        figures = {
            "one_best_voter_per_record": _counts(
                one(
                    con,
                    """
                    select (select count(*) from (select distinct record_key from records)),
                        (select count(*) from links),
                        (select count(distinct record_key) from links)
                    """,
                ),
                ("records", "links", "distinct"),
            ),
            "every_record_has_a_person": _counts(
                one(con, "select count(*) from links anti join persons using (person_id)"),
                ("orphans",),
            ),
            "no_mass_link": _counts(
                one(
                    con,
                    "select coalesce(max(n), 0) from (select count(*) n from links "
                    "where voter_key is not null group by voter_key)",
                ),
                ("most",),
            ),
            "one_row_per_person": _counts(
                one(
                    con,
                    "select count(*), count(distinct person_id), count(voter_key), "
                    "count(distinct voter_key) from persons",
                ),
                ("rows", "persons", "voters", "distinct_voters"),
            ),
            "no_cluster_over_limit": _counts(
                one(con, "select coalesce(max(records), 0) from persons where kind = 'contact'"),
                ("most",),
            ),
            "link_rate_by_source": {"rates": _rates_of_linkable(con)},
            "right_as_far_as_known": _known(con, places),
        }
    return [
        _verdict(asset, check, blocks, figures[check], bounds) for asset, check, blocks, _ in CHECKS
    ]


def _counts(row: tuple[Any, ...], names: tuple[str, ...]) -> dict[str, Any]:
    return dict(zip(names, row, strict=True))


def _rates_of_linkable(con: Any) -> dict[str, list[float]]:
    """Link rate of each source over the records that say enough to be linked."""
    found = con.execute("""
        select l.source, count(*), count(l.voter_key) / count(*)
        from links l join records r using (record_key)
        where r.first_name is not null and (r.birth_date is not null)::integer
            + (r.street is not null)::integer + (r.phone is not null)::integer
            + (r.email is not null)::integer >= 2
            and (l.finding is null or l.finding not in ('fake', 'out of state'))
        group by all order by all
    """).fetchall()
    return {source: [float(n), round(rate, 4)] for source, n, rate in found}


def _known(con: Any, places: Places) -> dict[str, Any]:
    """What is known of the links; ``groups`` is empty where nobody knows anything."""
    found = known.measure(con, places, read_day(places.home) if places.context.exists() else None)
    return {"origin": found.origin, "groups": found.rows()} if found else {"groups": []}


def _verdict(
    asset: str, check: str, blocking: bool, figures: dict[str, Any], bounds: Bounds
) -> Verdict:
    passed, detail = _JUDGES[check](figures, bounds)
    return Verdict(asset, check, passed, blocking, detail, figures)


def _judge_links(f: dict[str, Any], _: Bounds) -> tuple[bool, str]:
    passed = f["records"] == f["links"] == f["distinct"]
    return passed, f"{f['links']} links for {f['records']} records"


def _judge_orphans(f: dict[str, Any], _: Bounds) -> tuple[bool, str]:
    return f["orphans"] == 0, f"{f['orphans']} links name a person that is not there"


def _judge_mass(f: dict[str, Any], bounds: Bounds) -> tuple[bool, str]:
    limit = bounds.records_per_voter
    return f["most"] <= limit, f"at most {f['most']} records on one voter; the limit is {limit}"


def _judge_rates(f: dict[str, Any], bounds: Bounds) -> tuple[bool, str]:
    odd = [
        f"{source} {rate:.1%}"
        for source, (n, rate) in f["rates"].items()
        if n >= bounds.rate_rows and not bounds.least_rate <= rate <= bounds.most_rate
    ]
    within = f"{bounds.least_rate:.0%} to {bounds.most_rate:.2%}"
    said = f"outside {within}: {', '.join(odd)}" if odd else f"every source within {within}"
    return not odd, said


def _judge_known(f: dict[str, Any], bounds: Bounds) -> tuple[bool, str]:
    if not f["groups"]:
        return True, "nobody was asked: tminus review --sample 200 draws what to ask"
    overall = f["groups"][0]
    passed = (
        overall["precision_high"] >= bounds.least_precision
        and overall["recall_high"] >= bounds.least_recall
    )
    said = ", ".join(
        f"{name} {overall[name]:.2%} [{overall[f'{name}_low']:.2%}, {overall[f'{name}_high']:.2%}]"
        for name in ("precision", "recall")
    )
    return passed, f"{said} by {f['origin']}"


def _judge_persons(f: dict[str, Any], _: Bounds) -> tuple[bool, str]:
    passed = f["rows"] == f["persons"] and f["voters"] == f["distinct_voters"]
    return passed, f"{f['persons']} ids on {f['rows']} rows"


def _judge_clusters(f: dict[str, Any], bounds: Bounds) -> tuple[bool, str]:
    limit = bounds.records_per_person
    return f["most"] <= limit, f"at most {f['most']} records in one group; the limit is {limit}"


_JUDGES = {
    "one_best_voter_per_record": _judge_links,
    "every_record_has_a_person": _judge_orphans,
    "no_mass_link": _judge_mass,
    "link_rate_by_source": _judge_rates,
    "right_as_far_as_known": _judge_known,
    "one_row_per_person": _judge_persons,
    "no_cluster_over_limit": _judge_clusters,
}
