"""The canonical entities: what each column is called, its type, meaning, unit and allowed values.

The shape every supplier's file is turned into belongs here, as plain data. Checking rows against
it is in ``entity_checks.py``; how a cell is read is in ``normalise``.
"""

from __future__ import annotations

from dataclasses import dataclass

PARTIES = ("REP", "DEM", "LIB", "NOP", "OTH")
SUFFIXES = ("JR", "SR", "II", "III", "IV")
WILL_ATTEND = ("yes", "no", "maybe")


@dataclass(frozen=True)
class Column:
    """One canonical column.

    Attributes:
        name: One name means one thing in every entity.
        type: DuckDB type.
        meaning: In one phrase, for docs and onboarding.
        parser: How a supplier's text is read into it; empty for columns that landing computes.
        unit: Of a number or a time.
        allowed: The only values, where they are few.
        low: Smallest sensible value, as SQL text.
        high: Largest sensible value, as SQL text.
        pattern: What the whole text looks like (RE2).
        required: Whether it may never be null in a landed row.
    """

    name: str
    type: str
    meaning: str
    parser: str = ""
    unit: str = ""
    allowed: tuple[str, ...] = ()
    low: str = ""
    high: str = ""
    pattern: str = ""
    required: bool = False


@dataclass(frozen=True)
class Entity:
    """One shape of record; ``columns`` leaves out those that every entity has (``COMMON``)."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    is_personal: bool = False

    def column(self, name: str) -> Column:
        """The column of that name, common ones included."""
        return next(c for c in (*COMMON, *self.columns) if c.name == name)


def _c(name: str, type_: str, meaning: str, parser: str = "text", **more: object) -> Column:
    return Column(name, type_, meaning, parser, **more)  # type: ignore[arg-type]


COMMON: tuple[Column, ...] = (
    _c("record_key", "VARCHAR", "the record's name in the whole lake", "", required=True),
    _c("record_id", "VARCHAR", "the record's id in its supplier's file", "id", required=True),
    _c("feed", "VARCHAR", "the contract's feed it came through", "", required=True),
    _c("row_number", "BIGINT", "number of the record in its file, from 1", "", low="1",
       required=True),
    _c("data_time", "TIMESTAMP", "when this was true, by the data itself", "", unit="UTC",
       required=True),
    _c("received_date", "DATE", "local day the delivery came", "", required=True),
    _c("row_hash", "BIGINT", "names the canonical values; equal values, equal hash", "",
       required=True),
    _c("rest", "VARCHAR", "what was not mapped or not readable, as JSON", ""),
)  # fmt: skip

NAMES: tuple[Column, ...] = (
    _c("full_name", "VARCHAR", "whole name, upper case, no punctuation", "full_name"),
    _c("first_name", "VARCHAR", "given name", "name", pattern="[A-Z ]+"),
    _c("middle_name", "VARCHAR", "middle names or initial", "name", pattern="[A-Z ]+"),
    _c("last_name", "VARCHAR", "family name, without suffix", "name", pattern="[A-Z ]+"),
    _c("suffix", "VARCHAR", "generation", "suffix", allowed=SUFFIXES),
)

IDENTITY: tuple[Column, ...] = (
    *NAMES,
    _c(
        "gender", "VARCHAR", "as the supplier says; null when neither", "gender", allowed=("F", "M")
    ),
    _c("birth_date", "DATE", "day of birth", "birth_date", low="date '1900-01-02'"),
    _c("birth_year", "INTEGER", "year of birth", "year", low="1900"),
    _c("phone", "VARCHAR", "best phone, E.164", "phone", pattern=r"\+1[2-9]\d{9}"),
    _c("phone_2", "VARCHAR", "another phone, E.164", "phone", pattern=r"\+1[2-9]\d{9}"),
    _c("email", "VARCHAR", "e-mail address, lower case", "email", pattern=r"[^@\s]+@[^@\s]+"),
    _c("house_number", "VARCHAR", "house number of the residence", "house_number"),
    _c("street", "VARCHAR", "street, upper case, postal abbreviations", "street"),
    _c("unit", "VARCHAR", "apartment or unit, its number alone", "unit"),
    _c("city", "VARCHAR", "city of the residence, upper case", "city"),
    _c("state", "VARCHAR", "state of the residence, two letters", "state", pattern="[A-Z]{2}"),
    _c("zip5", "VARCHAR", "ZIP code, five digits", "zip", pattern=r"\d{5}"),
    _c("county", "VARCHAR", "county, upper case, no punctuation, without COUNTY", "county"),
    _c("party_id", "VARCHAR", "the party's id of the person, with its authority", "id"),
    _c("state_id", "VARCHAR", "the state's voter id, with its authority", "id"),
    _c("name_given", "VARCHAR", "name as it came", ""),
    _c("phone_given", "VARCHAR", "phones as they came", ""),
    _c("email_given", "VARCHAR", "e-mail address as it came", ""),
    _c("address_given", "VARCHAR", "address as it came", ""),
)

_WILL = _c("says_will_attend", "VARCHAR", "own word on attending", "code", allowed=WILL_ATTEND)
_SUPPORT = _c("support", "INTEGER", "support for the candidate, 1 strong to 5 against", "integer",
              low="1", high="5")  # fmt: skip
_PARTY = _c("party", "VARCHAR", "party of registration or own word", "party", allowed=PARTIES)
_AT = _c("occurred_at", "TIMESTAMP", "when it happened", "timestamp", unit="UTC")
_PRECINCT = _c("precinct_id", "VARCHAR", "county FIPS and precinct number", "id")

VOTER = Entity("voter", "a person on the party's voter file", (
    *IDENTITY,
    _c("registration_date", "DATE", "day of registration; null when unknown", "date"),
    _PARTY,
    _c("voter_status", "VARCHAR", "status of the registration", "code",
       allowed=("active", "inactive")),
    _PRECINCT,
    _c("congressional_district", "VARCHAR", "district of the US House", "id"),
    _c("state_senate", "VARCHAR", "district of the state senate", "id"),
    _c("state_house", "VARCHAR", "district of the state house", "id"),
    _c("vote_history", "VARCHAR[]", "elections voted in, as C2012, G2014, P2014", "votes"),
    _c("mailing_address", "VARCHAR", "where mail goes, as it came"),
    _c("is_withheld", "BOOLEAN", "whether the address is confidential", "boolean"),
    _c("household_key", "VARCHAR", "names the residence; equal for who lives together", ""),
    _c("last_updated_date", "DATE", "day the registrar last changed it", "date"),
    _c("income_band", "VARCHAR", "modelled income band, A lowest", "id"),
    _c("education", "VARCHAR", "modelled level of education", "id"),
), is_personal=True)  # fmt: skip

VOTE = Entity("vote", "one person's part in one past election", (
    _c("state_id", "VARCHAR", "the state's voter id, with its authority", "id"),
    _c("party_id", "VARCHAR", "the party's id of the person, with its authority", "id"),
    _c("election", "VARCHAR", "kind and year, as C2012", "id", pattern=r"[A-Z]\d{4}"),
    _c("election_date", "DATE", "day of the election", "date"),
    _c("method", "VARCHAR", "how the vote was cast", "code"),
    _c("party", "VARCHAR", "whose primary or caucus", "party", allowed=PARTIES),
))  # fmt: skip

CONTACT = Entity("contact", "a person who came to the campaign", (
    *IDENTITY,
    _c("created_at", "TIMESTAMP", "when the record was made", "timestamp", unit="UTC"),
    _c("updated_at", "TIMESTAMP", "when it was last changed", "timestamp", unit="UTC"),
    _c("handle", "VARCHAR", "name on a social page, lower case", "code"),
    _c("town", "VARCHAR", "town as told, upper case", "city"),
    _c("email_consent", "BOOLEAN", "may be written to; null unknown", "boolean"),
    _c("sms_consent", "BOOLEAN", "may be texted; null unknown", "boolean"),
    _c("phone_consent", "BOOLEAN", "may be called; null unknown", "boolean"),
    _PARTY,
    _SUPPORT,
    _c("tags", "VARCHAR", "the supplier's tags, comma separated"),
    _WILL,
    _c("is_first_caucus", "BOOLEAN", "says that it is the first caucus", "boolean"),
    _c("is_volunteer", "BOOLEAN", "has offered to help", "boolean"),
), is_personal=True)  # fmt: skip

ENGAGEMENT = Entity("engagement", "one thing that a contact did or that was done to reach them", (
    _c("contact_key", "VARCHAR", "record_key of the contact", "id", required=True),
    _c("kind", "VARCHAR", "what it was", "code", required=True,
       allowed=("signup", "donation", "volunteer", "rsvp", "attended", "social", "call", "door",
                "text", "email", "pledge")),
    _AT,
    _c("amount", "DECIMAL(12,2)", "money given", "decimal", unit="US dollars"),
    _c("event_id", "VARCHAR", "the event", "id"),
    _c("result", "VARCHAR", "what came of it", "code"),
    _c("text", "VARCHAR", "words said or written"),
))  # fmt: skip

EVENT = Entity("event", "one event of the campaign", (
    _c("event_id", "VARCHAR", "the event site's id", "id", required=True),
    _c("name", "VARCHAR", "its title"),
    _c("starts_at", "TIMESTAMP", "when it starts", "timestamp", unit="UTC"),
    _c("city", "VARCHAR", "where, upper case", "city"),
    _c("state", "VARCHAR", "two letters", "state"),
    _c("zip5", "VARCHAR", "ZIP code, five digits", "zip", pattern=r"\d{5}"),
    _c("capacity", "INTEGER", "seats", "integer", unit="people", low="0"),
    _c("status", "VARCHAR", "the event site's word for its state", "code"),
))  # fmt: skip

TRAIT = Entity("trait", "a vendor's record of a person; its many columns stay wide beside it",
               IDENTITY, is_personal=True)  # fmt: skip

CANVASS = Entity("canvass", "one attempt to talk with a voter, or one interview", (
    *IDENTITY,
    _PRECINCT,
    _c("method", "VARCHAR", "how", "code", allowed=("door", "phone", "survey")),
    _AT,
    _c("canvasser", "VARCHAR", "who, as the field team names them"),
    _c("list_id", "VARCHAR", "the list it was done from", "id"),
    _SUPPORT,
    _c("contact_quality", "VARCHAR", "how far it came", "code",
       allowed=("talked", "brief", "lit_drop", "not_home", "refused")),
    _WILL,
    _c("weight", "DOUBLE", "survey weight, mean 1", "double", low="0"),
    _c("age", "INTEGER", "age as told", "integer", unit="years", low="0", high="125"),
), is_personal=True)  # fmt: skip

SUPPRESSION = Entity("suppression", "a request not to be contacted, or a fact that forbids it", (
    *IDENTITY,
    _c("kind", "VARCHAR", "what was asked", "code", required=True,
       allowed=("opt_out", "do_not_call", "deletion", "wrong_number", "deceased")),
    _c("channel", "VARCHAR", "for which channel", "code",
       allowed=("all", "phone", "text", "mail", "email", "door")),
    _AT,
    _c("note", "VARCHAR", "the note that came with it"),
), is_personal=True)  # fmt: skip

DISBURSEMENT = Entity("disbursement", "one line of a committee's spending report", (
    _c("committee_id", "VARCHAR", "the FEC's id of the committee", "id", required=True),
    _c("committee_name", "VARCHAR", "its name as filed"),
    _c("filing_id", "VARCHAR", "the filing", "id"),
    _c("form", "VARCHAR", "form, as F3P", "id"),
    _c("line", "VARCHAR", "line of the form, as SB23", "id"),
    _c("transaction_id", "VARCHAR", "the filer's id of the line", "id"),
    _c("payee", "VARCHAR", "who was paid, as filed"),
    _c("amount", "DECIMAL(14,2)", "money paid", "decimal", unit="US dollars"),
    _c("disbursed_date", "DATE", "day it was paid", "date"),
    _c("purpose", "VARCHAR", "purpose as filed"),
    _c("is_memo", "BOOLEAN", "repeats money counted elsewhere; never add it", "boolean"),
    _c("memo_text", "VARCHAR", "note to a memo line"),
    _c("city", "VARCHAR", "city of the payee, upper case", "city"),
    _c("state", "VARCHAR", "two letters", "state"),
    _c("zip5", "VARCHAR", "ZIP code, five digits", "zip", pattern=r"\d{5}"),
    _c("election", "VARCHAR", "election as filed, as P2016", "id"),
    _c("coverage_start", "DATE", "first day of the filing", "date"),
    _c("coverage_end", "DATE", "last day of the filing", "date"),
    _c("report_period", "VARCHAR", "year and kind of the report, as 2015Q3, where it says no days",
       "id"),
    _c("amends", "VARCHAR", "the filing that this one replaces, when it says so", "id"),
    _c("amendment_number", "INTEGER", "which amendment of that filing; 0 is none", "integer"),
    _c("stated_amount", "DECIMAL(14,2)", "what the summary page states for the whole line",
       "decimal", unit="US dollars"),
))  # fmt: skip

SITE = Entity("site", "where a precinct's caucus meets", (
    _c("precinct_id", "VARCHAR", "county FIPS and precinct number", "id", required=True),
    _c("county", "VARCHAR", "county, upper case, no punctuation", "county"),
    _c("site_name", "VARCHAR", "the building"),
    _c("address_line", "VARCHAR", "its address as it came"),
    _c("city", "VARCHAR", "upper case", "city"),
    _c("zip5", "VARCHAR", "ZIP code, five digits", "zip", pattern=r"\d{5}"),
    _c("starts_at", "TIMESTAMP", "when it starts", "timestamp", unit="UTC"),
))  # fmt: skip

ENTITIES: dict[str, Entity] = {
    entity.name: entity
    for entity in (
        VOTER, VOTE, CONTACT, ENGAGEMENT, EVENT, TRAIT, CANVASS, SUPPRESSION, DISBURSEMENT, SITE,
    )
}  # fmt: skip

ADDRESS_INPUTS: dict[str, str] = {
    "address_line": "address",
    "address_line_2": "unit",
    "house_suffix": "text",
    "pre_direction": "text",
    "street_name": "text",
    "street_type": "text",
    "post_direction": "text",
}
"""What may be mapped without being a column: parts that landing joins or splits."""

COMPUTED = frozenset({"name_given", "phone_given", "email_given", "address_given", "household_key"})


def entity_columns(name: str) -> tuple[Column, ...]:
    """Every column of a landed file of this entity, in order."""
    return (*COMMON, *ENTITIES[name].columns)


def _inputs(entity: Entity) -> dict[str, str]:
    found = {"record_id": "id"}
    found.update({c.name: c.parser for c in entity.columns if c.name not in COMPUTED})
    if entity.is_personal:
        found.update(ADDRESS_INPUTS)
    return found


INPUTS: dict[str, dict[str, str]] = {name: _inputs(entity) for name, entity in ENTITIES.items()}
"""What a contract may map, by entity, with how each is read."""


def empty_sql(name: str) -> str:
    """A query with every column of an entity and no row, for the file that is always there."""
    columns = ", ".join(f"cast(null as {c.type}) as {c.name}" for c in entity_columns(name))
    return f"select {columns} where false"
