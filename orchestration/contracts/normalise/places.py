"""Places: ZIP codes, states, counties, cities, and an address line taken apart.

Streets are written as the US Postal Service abbreviates them (Publication 28): direction, name,
type, direction. Only what is common is abbreviated; the rest stays as it is on both sides.
"""

from __future__ import annotations

from orchestration.contracts.normalise.text import cases, upper_text

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
        f"case when regexp_full_match({ref}, '[0-9]{{5}}') then "
        f"nullif(nullif({ref}, '00000'), '99999') "
        f"else nullif(nullif({padded}, '00000'), '99999') end"
    )


def state(ref: str) -> str:
    """Two letters, from themselves or from the state's name; anything else is null."""
    known = "|".join(STATES.values())
    name = cases(f"upper(trim({ref}, ' .'))", STATES)
    return f"case when regexp_full_match({ref}, '(?i:{known})') then upper({ref}) else {name} end"


def city(text: str) -> str:
    """A city in upper case with SAINT, MOUNT and FORT at its start as ST, MT and FT."""
    short = text
    for word, abbreviation in (("SAINT", "ST"), ("MOUNT", "MT"), ("FORT", "FT")):
        short = f"regexp_replace({short}, '^{word} ', '{abbreviation} ')"
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
    return f"nullif(regexp_replace(trim({text}), '^0+([A-Z0-9])', '\\1'), '')"


def unit(ref: str) -> str:
    """The unit's own number or letter: ``Apt. 2B``, ``#2B`` and ``UNIT 2B`` are all ``2B``."""
    return unit_number(upper_text(ref))


def unit_number(ref: str) -> str:
    """The same, of a text that is upper case already."""
    bare = (
        f"regexp_replace({ref}, "
        f"'^ *(?:(?:{_UNIT_WORDS})(?: +#?|#|$) *|# *|{_GLUED}([0-9]))', '\\1')"
    )
    return f"nullif(regexp_replace(trim({bare}), '^0+([A-Z0-9])', '\\1'), '')"


def line_house(ref: str) -> str:
    """The house number at the start of a normal address line, else null."""
    found = f"regexp_extract({ref}, '^({_HOUSE})(?: [^ ]|$)', 1)"
    return f"nullif(regexp_replace({found}, '^0+([A-Z0-9])', '\\1'), '')"


def line_unit(ref: str) -> str:
    """The unit at the end of a normal address line, else null."""
    return unit_number(f"regexp_extract({ref}, '{_UNIT_TAIL}')")


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


def street(ref: str) -> str:
    """A normal street with its directions and type as the Postal Service abbreviates them.

    ``NORTH ELM STREET`` becomes ``N ELM ST``. A direction or type that is the whole name stays:
    ``NORTH ST`` is a street called North.
    """
    types = "|".join(sorted({*STREET_TYPES, *STREET_TYPES.values()}))
    ways = "|".join((*DIRECTIONS, *DIRECTIONS.values()))
    words = f"string_split({ref}, ' ')"
    last, count = f"split_part({ref}, ' ', -1)", f"len({words})"
    name_alone = f"({count} = 2 and regexp_full_match({last}, '{types}'))"
    word = (
        f"case when i = 1 then case when {count} = 1 or {name_alone} then w "
        f"else {cases('w', DIRECTIONS, 'w')} end "
        f"when i = {count} then {cases('w', {**STREET_TYPES, **DIRECTIONS}, 'w')} "
        f"when i = {count} - 1 and regexp_full_match({last}, '{ways}') "
        f"then {cases('w', STREET_TYPES, 'w')} else w end"
    )
    word_by_word = f"array_to_string(list_transform({words}, lambda w, i: {word}), ' ')"
    # a type to shorten and no direction is the usual case and needs no list
    type_alone = f"left({ref}, length({ref}) - length({last})) || {cases(last, STREET_TYPES, last)}"
    has_way = f"regexp_matches({ref}, '(?:^| )(?:{'|'.join(DIRECTIONS)})(?: |$)')"
    has_way_after = f"regexp_matches({ref}, ' (?:{'|'.join(STREET_TYPES)}) (?:{ways})$')"
    has_type = f"regexp_matches({ref}, ' (?:{'|'.join(STREET_TYPES)})$')"
    return (
        f"case when {has_way} or {has_way_after} then {word_by_word} "
        f"when {has_type} then {type_alone} else {ref} end"
    )
