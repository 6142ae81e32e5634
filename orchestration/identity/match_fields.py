"""Which column of any list means what: a mapping ``{canonical: source column}`` and what is left.

Onboarding proposes mappings for suppliers with more care; a mapping from there can be passed in
instead. Here stands only what a list must have to be *matched*: names, births, places, reach, and
further columns that both lists share and that are no row numbers. Reading is ``match_read``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

# A canonical field and the names it goes by, joined and in lower case.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "first_name": (
        "firstname", "first", "fname", "forename", "givenname", "given", "givennames", "namefrst",
        "firstnm", "christianname", "fnamec1", "forenames", "namefirst", "firstnames",
    ),
    "middle_name": ("middlename", "middle", "mname", "mi", "middleinitial", "namemiddle",
                    "middlenames", "initial", "fnamec2"),
    "last_name": (
        "lastname", "last", "lname", "surname", "familyname", "namelast", "lastnm", "sname",
        "lnamec1", "secondname",
    ),
    "full_name": ("name", "fullname", "votername", "personname", "attendee", "contactname",
                  "shownname", "displayname"),
    "suffix": ("suffix", "namesuffix", "sufx", "generation", "nmsuff"),
    "gender": ("gender", "sex", "gend"),
    "birth_date": ("dob", "dateofbirth", "birthdate", "birthday", "borndate", "bornat", "bdate",
                   "dateborn", "born", "birthdt", "dtbirth"),
    "birth_year": ("birthyear", "yob", "birthyr", "yearofbirth", "byear", "by", "yearborn",
                   "birthyyyymm", "yearbirth"),
    "birth_month": ("birthmonth", "mob", "bm", "monthofbirth", "bmonth"),
    "birth_day": ("birthdaynumber", "dayofbirth", "bd", "bday"),
    "phone": ("phone", "phonenumber", "mobile", "cell", "cellphone", "telephone", "tel",
              "mobilenumber", "phone1", "mobilephone"),
    "phone_2": ("landline", "homephone", "phone2", "home", "otherphone"),
    "email": ("email", "emailaddress", "email1", "mail", "partyemail"),
    "house_number": ("housenumber", "streetnumber", "housenum", "houseno", "stno", "streetno",
                     "addressnumber"),
    "street": ("street", "streetname", "address1", "road"),
    "address_line": (
        "address", "addr", "addressline", "addressline1", "addr1", "streetaddress", "resaddress",
        "residence", "residentialaddress", "primaryaddress1",
    ),
    "city": ("city", "suburb", "town", "municipality", "locality", "primarycity", "posttown"),
    "state": ("state", "st", "province", "region", "primarystate"),
    "zip": ("zip", "zip5", "zipcode", "postcode", "postalcode", "postal", "postcodefake",
            "primaryzip", "zippostcode"),
    "county": ("county", "cntynm", "countyname", "primarycounty"),
    "state_id": ("statevoterid", "regnnum", "stateid", "statefileid", "voterid", "sosvoterid"),
    "party_id": ("partypersonid", "partyid", "rncregid"),
    "national_id": ("socsecid", "ssn", "socialsecuritynumber", "socsec", "nationalid", "nhsnumber"),
}  # fmt: skip
_MEANING = {name: field for field, names in SYNONYMS.items() for name in names}
# Names of row numbers, keys and known answers: to compare them would be to cheat or to err.
_NO_EVIDENCE = re.compile(
    r"(^|_)(id|ids|key|uid|uuid|guid|idx|index|row|rownum|rownumber|recid|cluster|clusterid|group|"
    r"groupid|entity|label|truth|match|matched|duplicate|source|file|dataset|record|pk|serial|"
    r"histid|uniqueid|created|updated|timestamp|score|weight|split)(_|$)"
)


def plain_name(column: str) -> str:
    """A column's name in lower case words: ``PERSON_Birth Date`` is ``person_birth_date``."""
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", column.strip())
    return "_".join(re.findall(r"[a-z0-9]+", words.lower()))


def guess_mapping(columns: Iterable[str], without: Iterable[str] = ()) -> dict[str, str]:
    """Source column of each canonical field that some column's name speaks of.

    The first of two columns for one field counts. A year or list number in a name
    (``fname_1915``) means nothing.

    Args:
        columns: The list's own columns.
        without: Columns that may not be used, such as the known answer.
    """
    barred = set(without)
    mapping: dict[str, str] = {}
    for column in columns:
        field = _meaning(plain_name(column))
        if field and column not in barred:
            mapping.setdefault(field, column)
    if "street" in mapping and "house_number" not in mapping and "address_line" not in mapping:
        # A street without a house number beside it is a whole address line.
        mapping["address_line"] = mapping.pop("street")
    return mapping


def _meaning(name: str) -> str | None:
    joined = name.replace("_", "")
    undated = re.sub(r"_?(?:1[5-9]|20)\d\d$", "", name).replace("_", "")
    unsided = re.sub(r"_[ablr]$", "", name).replace("_", "")
    for candidate in (joined, undated, unsided):
        if candidate in SYNONYMS:
            return candidate
        if candidate in _MEANING:
            return _MEANING[candidate]
    return name if name in SYNONYMS else None


def shared_extras(
    left: Iterable[str],
    right: Iterable[str],
    mappings: tuple[Mapping[str, str], Mapping[str, str]],
    without: Iterable[str] = (),
) -> list[tuple[str, str]]:
    """Columns that both lists have under one name, that nothing claimed and that can be evidence.

    Returns:
        Pairs of the left and the right list's own spelling.
    """
    barred = set(without)
    named = {plain_name(c): c for c in right if c not in {*mappings[1].values(), *barred}}
    found = []
    for column in left:
        name = plain_name(column)
        if column in {*mappings[0].values(), *barred} or name not in named:
            continue
        if name and not _NO_EVIDENCE.search(name) and not name.endswith("id"):
            found.append((column, named[name]))
    return found
