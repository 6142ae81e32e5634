"""Places: ZIP codes, states, counties, cities, and an address line taken apart.

Streets are written as the US Postal Service abbreviates them (Publication 28): direction, name,
type, direction. Only what is common is abbreviated; the rest stays as it is on both sides.
"""

from __future__ import annotations

from orchestration.contracts.normalise.text import cases, upper_text, word

DIRECTIONS = {
    "NORTH": "N", "SOUTH": "S", "EAST": "E", "WEST": "W",
    "NORTHEAST": "NE", "NORTHWEST": "NW", "SOUTHEAST": "SE", "SOUTHWEST": "SW",
}  # fmt: skip
STREET_TYPES = {
    "STREET": "ST", "STR": "ST", "AVENUE": "AVE", "AV": "AVE", "AVEN": "AVE", "ROAD": "RD",
    "DRIVE": "DR", "DRV": "DR", "LANE": "LN", "COURT": "CT", "CRT": "CT", "CIRCLE": "CIR",
    "CIRC": "CIR", "BOULEVARD": "BLVD", "BOUL": "BLVD", "PLACE": "PL", "TERRACE": "TER",
    "TERR": "TER", "TRAIL": "TRL", "TR": "TRL", "PARKWAY": "PKWY", "PKY": "PKWY",
    "HIGHWAY": "HWY", "HIWAY": "HWY", "SQUARE": "SQ", "RIDGE": "RDG", "HEIGHTS": "HTS",
    "POINT": "PT", "CROSSING": "XING", "EXTENSION": "EXT", "EXPRESSWAY": "EXPY", "VIEW": "VW",
    "VALLEY": "VLY", "HOLLOW": "HOLW", "MOUNT": "MT", "MOUNTAIN": "MTN", "PLAZA": "PLZ",
    "ALLEY": "ALY", "BEND": "BND", "COVE": "CV", "CREEK": "CRK", "ESTATES": "EST",
    "GARDENS": "GDNS", "GLEN": "GLN", "GROVE": "GRV", "HARBOR": "HBR", "HILL": "HL",
    "HILLS": "HLS", "JUNCTION": "JCT", "LAKE": "LK", "LANDING": "LNDG", "LOOP": "LOOP",
    "MANOR": "MNR", "MEADOW": "MDW", "MEADOWS": "MDWS", "PASSAGE": "PSGE", "STATION": "STA",
    "SPRING": "SPG", "SPRINGS": "SPGS", "SUMMIT": "SMT", "TURNPIKE": "TPKE", "VILLAGE": "VLG",
    "VISTA": "VIS", "CENTER": "CTR", "ISLAND": "IS", "KNOLL": "KNL", "FREEWAY": "FWY",
    "CAUSEWAY": "CSWY",
}  # fmt: skip
_BOTH_WAYS = dict.fromkeys((*DIRECTIONS, *DIRECTIONS.values()))
_BOTH_TYPES = dict.fromkeys((*STREET_TYPES, *STREET_TYPES.values()))
STATES = {
    "ALABAMA": "AL", "ALASKA": "AK", "ARIZONA": "AZ", "ARKANSAS": "AR", "CALIFORNIA": "CA",
    "COLORADO": "CO", "CONNECTICUT": "CT", "DELAWARE": "DE", "DISTRICT OF COLUMBIA": "DC",
    "FLORIDA": "FL", "GEORGIA": "GA", "HAWAII": "HI", "IDAHO": "ID", "ILLINOIS": "IL",
    "INDIANA": "IN", "IOWA": "IA", "KANSAS": "KS", "KENTUCKY": "KY", "LOUISIANA": "LA",
    "MAINE": "ME", "MARYLAND": "MD", "MASSACHUSETTS": "MA", "MICHIGAN": "MI", "MINNESOTA": "MN",
    "MISSISSIPPI": "MS", "MISSOURI": "MO", "MONTANA": "MT", "NEBRASKA": "NE", "NEVADA": "NV",
    "NEW HAMPSHIRE": "NH", "NEW JERSEY": "NJ", "NEW MEXICO": "NM", "NEW YORK": "NY",
    "NORTH CAROLINA": "NC", "NORTH DAKOTA": "ND", "OHIO": "OH", "OKLAHOMA": "OK", "OREGON": "OR",
    "PENNSYLVANIA": "PA", "RHODE ISLAND": "RI", "SOUTH CAROLINA": "SC", "SOUTH DAKOTA": "SD",
    "TENNESSEE": "TN", "TEXAS": "TX", "UTAH": "UT", "VERMONT": "VT", "VIRGINIA": "VA",
    "WASHINGTON": "WA", "WEST VIRGINIA": "WV", "WISCONSIN": "WI", "WYOMING": "WY",
    "PUERTO RICO": "PR", "GUAM": "GU",
}  # fmt: skip
_UNIT_WORDS = (
    "APARTMENT|APT|UNIT|SUITE|STE|LOT|TRAILER|TRLR|ROOM|RM|FLOOR|FL|BUILDING|BLDG|SPACE|SPC|NO"
)
_GLUED = "(?:APT|UNIT|STE|LOT|RM)"
_UNIT_TAIL = (
    f"(?: (?:{_UNIT_WORDS})(?: +#?|#) ?[A-Z0-9/-]+| ?# ?[A-Z0-9/-]+| {_GLUED}[0-9][A-Z0-9/-]*)$"
)
_HOUSE = "[0-9]+[A-Z]?(?:-[0-9A-Z]+)?"
_POST_BOX = "^(?:P ?O|POST OFFICE) ?BOX ?#? ?([A-Z0-9-]+).*$"


def zip5(ref: str) -> str:
    """Five digits out of ``50309``, ``50309-1234``, ``503091234``, ``50309.0`` or ``2906``.

    A number lost its leading zero to a spreadsheet: three or four digits are padded, as are
    seven or eight. Null: other countries' codes, ``00000``, ``99999``.
    """
    digits = f"regexp_extract({ref}, '^([0-9]{{3,5}})(?:[-. ]+[0-9]{{0,4}})?$', 1)"
    long = f"regexp_extract({ref}, '^([0-9]{{7,9}})(?:[.]0*)?$', 1)"
    padded = (
        f"case when {digits} <> '' then lpad({digits}, 5, '0') "
        f"when {long} <> '' then left(lpad({long}, 9, '0'), 5) end"
    )
    return (
        f"nullif(nullif(case when regexp_full_match({ref}, '[0-9]{{5}}(?:[-. ]+[0-9]{{0,4}})?') "
        f"then left({ref}, 5) else {padded} end, '00000'), '99999')"
    )


def state(ref: str) -> str:
    """Two letters, from themselves or from the state's name; anything else is null."""
    known = "|".join(STATES.values())
    name = cases(f"upper(trim({ref}, ' .'))", STATES)
    return f"case when regexp_full_match({ref}, '(?i:{known})') then upper({ref}) else {name} end"


def city(text: str) -> str:
    """A city in upper case with SAINT, MOUNT and FORT at its start as ST, MT and FT."""
    short = text
    for long, abbreviation in (("SAINT", "ST"), ("MOUNT", "MT"), ("FORT", "FT")):
        short = f"regexp_replace({short}, '^{long} ', '{abbreviation} ')"
    return (
        f"case when regexp_matches({text}, '^(?:SAINT|MOUNT|FORT) ') then {short} else {text} end"
    )


def county(text: str) -> str:
    """A county in upper case without the word: ``OBRIEN COUNTY`` becomes ``OBRIEN``."""
    word = "' (?:COUNTY|CO|PARISH)$'"
    bare = f"regexp_replace({text}, {word}, '')"
    return f"case when regexp_matches({text}, {word}) then {bare} else {text} end"


def house_number(ref: str) -> str:
    """The house number, without what a spreadsheet added (``417.0``) and leading zeros."""
    text = f"regexp_replace(regexp_replace(upper({ref}), '[.]0*$', ''), '[^A-Z0-9/ -]', '', 'g')"
    return (
        f"nullif(case when regexp_full_match({ref}, '[1-9][0-9]*') then {ref} "
        f"else regexp_replace(trim({text}), '^0+([A-Z0-9])', '\\1') end, '')"
    )


def unit(ref: str) -> str:
    """The unit's own number or letter: ``Apt. 2B``, ``#2B`` and ``UNIT 2B`` are all ``2B``."""
    return unit_number(upper_text(ref))


def unit_number(ref: str) -> str:
    """The same, of a text that is upper case already."""
    bare = (
        f"regexp_replace({ref}, "
        f"'^ *(?:(?:{_UNIT_WORDS})(?: +#?|#|$) *|# *|{_GLUED}([0-9]))', '\\1')"
    )
    return (
        f"nullif(case when regexp_full_match({ref}, '[1-9][0-9]*|[A-Z]') then {ref} "
        f"when regexp_full_match({ref}, '(?:(?:APT|UNIT|STE|LOT) |#)[1-9][0-9]*') "
        f"then regexp_extract({ref}, '[0-9]+$') "
        f"else regexp_replace(trim({bare}), '^0+([A-Z0-9])', '\\1') end, '')"
    )


def line_house(ref: str) -> str:
    """The house number at the start of a normal address line, else null."""
    found = f"regexp_extract({ref}, '^({_HOUSE})(?: [^ ]|$)', 1)"
    return f"nullif(regexp_replace({found}, '^0+([A-Z0-9])', '\\1'), '')"


def line_unit(ref: str) -> str:
    """The unit at the end of a normal address line as it stands there, for :func:`unit_number`."""
    return f"nullif(ltrim(regexp_extract({ref}, '{_UNIT_TAIL}')), '')"


def line_street(ref: str) -> str:
    """What is between house number and unit in a normal address line, not yet abbreviated.

    A post box is a street of its own: ``PO BOX 12``.
    """
    bare = (
        f"regexp_replace(regexp_replace({ref}, '{_UNIT_TAIL}', ''), "
        f"'^{_HOUSE}(?: 1/2)?(?: |$)', '')"
    )
    return (
        f"nullif(trim(case when regexp_matches({ref}, '{_POST_BOX}') then "
        f"regexp_replace({ref}, '{_POST_BOX}', 'PO BOX \\1') else {bare} end), '')"
    )


def street_end(ref: str, last: str = "") -> str:
    """A normal street whose type, and direction after it, are abbreviated: ``ELM AVE N``.

    Args:
        ref: The street.
        last: Its last word, where a column has it; that spares looking for it again and again.
    """
    last, before = last or last_word(ref), word(ref, -2)
    # not a long "in", of which DuckDB makes a join
    is_way = f"regexp_full_match({last}, '{'|'.join(_BOTH_WAYS)}')"
    short_both = (
        f"left({ref}, length({ref}) - length({before}) - length({last}) - 1) "
        f"|| {cases(before, STREET_TYPES, before)} || ' ' || {cases(last, DIRECTIONS, last)}"
    )
    bare = f"left({ref}, length({ref}) - length({last}))"
    type_ = cases(last, STREET_TYPES)
    return (
        f"case when not contains({ref}, ' ') then {ref} when {is_way} then "
        f"case when regexp_matches({ref}, '^[^ ]+ .*[^ ] ') then {short_both} "
        f"else {bare} || {cases(last, DIRECTIONS, last)} end "
        f"when {type_} is not null then {bare} || {type_} else {ref} end"
    )


def last_word(ref: str) -> str:
    """The last word of a normal text; all of it when it is one."""
    return word(ref, -1)


def street(ref: str) -> str:
    """A street out of :func:`street_end` with the direction before it abbreviated too.

    ``NORTH ELM ST`` becomes ``N ELM ST``. A direction that is the whole name stays: ``NORTH ST``
    is a street called North.
    """
    first, ways = word(ref, 1), "|".join(DIRECTIONS)
    alone = f"regexp_full_match({ref}, '(?:{ways}) (?:{'|'.join(_BOTH_TYPES)})')"
    return (
        f"case when regexp_matches({ref}, '^(?:{ways}) ') and not {alone} "
        f"then {cases(first, DIRECTIONS, first)} || substr({ref}, length({first}) + 1) "
        f"else {ref} end"
    )
