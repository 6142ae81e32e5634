"""Onboarding on the public layouts and payloads: each column right or marked for a human."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.onboard_files import Right, Score, proposed, score

_OHIO: dict[str, Right] = {
    "record_id": "SOS_VOTERID",
    "state_id": "SOS_VOTERID",
    "first_name": "FIRST_NAME",
    "middle_name": "MIDDLE_NAME",
    "last_name": "LAST_NAME",
    "suffix": "SUFFIX",
    "birth_date": "DATE_OF_BIRTH",
    "registration_date": "REGISTRATION_DATE",
    "voter_status": "VOTER_STATUS",
    "party": "PARTY_AFFILIATION",
    "address_line": "RESIDENTIAL_ADDRESS1",
    "address_line_2": "RESIDENTIAL_SECONDARY_ADDR",
    "city": "RESIDENTIAL_CITY",
    "state": "RESIDENTIAL_STATE",
    "zip5": "RESIDENTIAL_ZIP",
    "precinct_id": "PRECINCT_CODE",
    "congressional_district": "CONGRESSIONAL_DISTRICT",
    "state_senate": "STATE_SENATE_DISTRICT",
    "state_house": "STATE_REPRESENTATIVE_DISTRICT",
    "vote_history": frozenset({"GENERAL-11/03/2015", "PRIMARY-05/07/2013"}),
    "mailing_address": frozenset(
        "MAILING_ADDRESS1 MAILING_SECONDARY_ADDRESS MAILING_CITY MAILING_STATE MAILING_ZIP "
        "MAILING_POSTAL_CODE MAILING_ZIP_PLUS4 MAILING_COUNTRY".split()
    ),
}
_FLORIDA: dict[str, Right] = {
    "record_id": "voter_id",
    "state_id": "voter_id",
    "county": "county_code",
    "first_name": "name_first",
    "middle_name": "name_middle",
    "last_name": "name_last",
    "suffix": "name_suffix",
    "is_withheld": "requested_public_records_exemption",
    "address_line": "residence_address_line_1",
    "address_line_2": "residence_address_line_2",
    "city": "residence_city",
    "state": "residence_state",
    "zip5": "residence_zip",
    "gender": "gender",
    "birth_date": "birth_date",
    "registration_date": "registration_date",
    "party": "party_affiliation",
    "precinct_id": "precinct",
    "voter_status": "voter_status",
    "congressional_district": "congressional_district",
    "state_house": "house_district",
    "state_senate": "senate_district",
    "phone": frozenset({"daytime_area_code", "daytime_phone_number"}),
    "email": "email_address",
    "mailing_address": frozenset(
        f"mailing_{part}" for part in
        "address_line_1 address_line_2 address_line_3 city state zip country".split()
    ),
}  # fmt: skip
_IOWA: dict[str, Right] = {
    "record_id": "REGN_NUM",
    "state_id": "REGN_NUM",
    "first_name": "FIRST_NAME",
    "middle_name": "MIDDLE_NAME",
    "last_name": "LAST_NAME",
    "suffix": "NAME_SUFFIX",
    "registration_date": "EFF_REGN_DATE",
    "last_updated_date": "LAST_UPDATED_DATE",
    "phone": "PHONENO",
    "house_number": "HOUSE_NUM",
    "house_suffix": "HOUSE_SUFFIX",
    "pre_direction": "PRE_DIR",
    "street_name": "STREET_NAME",
    "street_type": "STREET_TYPE",
    "post_direction": "POST_DIR",
    "unit": frozenset({"UNIT_TYPE", "UNIT_NUM"}),
    "city": "CITY_1",
    "state": "STATE_1",
    "zip5": "ZIP_CODE_1",
    "mailing_address": frozenset({"MAILING_ADDRESS", "CITY_2", "STATE_2", "ZIP_CODE_2"}),
    "voter_status": "VOTERSTATUS",
    "party": "PARTY",
    "gender": "GENDER",
    "birth_date": "BIRTHDATE",
    "county": "COUNTY",
    "congressional_district": "CONGRESSIONAL",
    "state_senate": "STATE_SENATE",
    "state_house": "STATE_HOUSE",
    "precinct_id": "PRECINCT",
    "vote_history": frozenset(
        f"{kind}_ELECTION_DATE{number}"
        for kind in ("GENERAL", "PRIMARY", "SCHOOL", "CITY", "SPECIAL")
        for number in ("", ".1", ".2", ".3", ".4")
    ),
}
_ATTENDEES: dict[str, Right] = {
    "record_id": "id",
    "full_name": "profile.name",
    "first_name": "profile.first_name",
    "last_name": "profile.last_name",
    "created_at": "created",
    "updated_at": "changed",
}
_PERSON: dict[str, Right] = {
    "record_id": "id",
    "full_name": "full_name",
    "first_name": "first_name",
    "middle_name": "middle_name",
    "last_name": "last_name",
    "suffix": "suffix",
    "gender": "sex",
    "birth_date": "birthdate",
    "phone": ("mobile", "phone"),
    "phone_2": ("phone", "mobile"),
    "email": ("email", "email1"),
    "party_id": ("rnc_id", "rnc_regid"),
    "state_id": "state_file_id",
    "created_at": "created_at",
    "updated_at": "updated_at",
    "handle": ("twitter_login", "twitter_name", "facebook_username", "username"),
    "email_consent": "email_opt_in",
    "sms_consent": "mobile_opt_in",
    "phone_consent": ("do_not_call", "do_not_contact", "federal_donotcall"),
    "party": "party",
    "support": "support_level",
    "tags": "tags",
    "is_volunteer": "is_volunteer",
    "address_line": ("primary_address", "home_address", "registered_address"),
}
_VAN_PERSON: dict[str, Right] = {
    "record_id": "vanId",
    "first_name": "firstName",
    "middle_name": "middleName",
    "last_name": "lastName",
    "suffix": "suffix",
    "gender": "sex",
    "birth_date": "dateOfBirth",
    "phone": "phones[phoneType=Cell].phoneNumber",
    "address_line": "addresses[type=Voting].addressLine1",
    "address_line_2": "addresses[type=Voting].addressLine2",
    "city": "addresses[type=Voting].city",
    "state": "addresses[type=Voting].stateOrProvince",
    "zip5": "addresses[type=Voting].zipOrPostalCode",
    "state_id": "identifiers[type=StateFileID].externalId",
    "party": "party",
    "email": "emails",
    "sms_consent": "phones[phoneType=Cell].smsOptInStatus",
    "phone_consent": "phones[phoneType=Cell].phoneOptInStatus",
}
GOLDEN: dict[str, tuple[str, dict[str, Right]]] = {
    "layouts/ohio_faker_values.csv": ("voter", _OHIO),
    "layouts/florida_faker_values.csv": ("voter", _FLORIDA),
    "layouts/iowa_voter_list_columns.csv": ("voter", _IOWA),
    "payloads/eventbrite_v3_attendees_page_evbeda_mercury.json": ("contact", _ATTENDEES),
    "payloads/eventbrite_v3_attendee_docs_breatheco.json": (
        "contact",
        {**_ATTENDEES, "email": "profile.email"},
    ),
    "payloads/nationbuilder_v1_person_post_response_2015-08-15.json": ("contact", _PERSON),
    "payloads/ngpvan_get_person_parsons_abridged.json": ("contact", _VAN_PERSON),
}
_BLOCKS = " ".join(
    f"{block}_{part}"
    for block in ("primary", "address", "billing", "mailing", "user_submitted")
    for part in ("address1", "address2", "address3", "city", "state", "zip", "country")
)
_EXPORT = (
    "nationbuilder_id prefix first_name middle_name last_name suffix note employer occupation "
    f"recruiter_id parent_id {_BLOCKS} email1 email2 email3 email4 email1_is_bad email2_is_bad "
    "email_opt_in phone_number work_phone_number mobile_number fax_number is_mobile_bad "
    "mobile_opt_in do_not_call do_not_contact federal_donotcall facebook_username twitter_login "
    "website"
).split()
"""The columns that the third entry of the headers' file tells in words."""
HEADERS: dict[str, dict[str, Right]] = {
    "Order no.,": {
        "record_id": "Order no.",
        "first_name": "First Name",
        "last_name": "Surname",
        "email": "Email",
        "created_at": "Order Date",
        "address_line": "Home Address 1",
        "address_line_2": "Home Address 2",
        "city": "Home City",
        "county": "County of Residence",
        "zip5": "Home Postcode",
    },
    "Order No.,": {
        "record_id": "Order No.",
        "first_name": "First Name",
        "last_name": "Last Name",
        "email": "Email",
        "created_at": "Order Date",
    },
    "nationbuilder_id,": {
        "record_id": "nationbuilder_id",
        "first_name": "first_name",
        "middle_name": "middle_name",
        "last_name": "last_name",
        "suffix": "suffix",
        "address_line": ("primary_address1", "address_address1"),
        "address_line_2": ("primary_address2", "address_address2"),
        "city": ("primary_city", "address_city"),
        "state": ("primary_state", "address_state"),
        "zip5": ("primary_zip", "address_zip"),
        "email": "email1",
        "phone": "mobile_number",
        "phone_2": "phone_number",
        "email_consent": "email_opt_in",
        "sms_consent": "mobile_opt_in",
        "phone_consent": ("do_not_call", "do_not_contact", "federal_donotcall"),
        "handle": ("facebook_username", "twitter_login"),
        "tags": "tag list",
    },
    "shapeshifter_row_id,": {
        "record_id": "shapeshifter_row_id",
        "first_name": "first_name",
        "last_name": "last_name",
        "address_line": "address__address1",
        "address_line_2": "address__address2",
        "city": "address__city",
        "state": "address__state",
        "zip5": "address__zip",
        "email": "email1",
        "house_number": "address__street_number",
        "pre_direction": "address__street_prefix",
        "street_name": "address__street_name",
        "street_type": "address__street_type",
        "post_direction": "address__street_suffix",
        "unit": "address__unit_number",
    },
}


@pytest.fixture(scope="module")
def scores(request: pytest.FixtureRequest) -> Iterator[dict[str, Score]]:
    """Gathers the scores; at the end the measured share is printed, and must be 90 %."""
    found: dict[str, Score] = {}
    yield found
    right, asked = sum(s.right for s in found.values()), sum(s.asked for s in found.values())
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        for name, one in sorted(found.items()):
            print(f"\nonboard {name}: {one.told()}", end="")  # noqa: T201
        print(f"\nonboard: {right} of {asked} right unaided ({right / asked:.1%})")  # noqa: T201
    assert right >= 0.9 * asked


@pytest.mark.parametrize("name", GOLDEN)
def test_a_file(name: str, shared_data: Path, scores: dict[str, Score]) -> None:
    entity, golden = GOLDEN[name]
    feed = proposed(shared_data / name)
    scores[name] = found = score(feed, golden)
    assert feed.entity == entity
    assert not found.silent, found.told()
    assert not found.missed, found.told()


@pytest.mark.parametrize("start", HEADERS)
def test_a_header(start: str, shared_data: Path, tmp_path: Path, scores: dict[str, Score]) -> None:
    lines = (shared_data / "payloads" / "csv_headers.txt").read_text(encoding="utf-8").splitlines()
    header = next(
        (line for line in lines if line.startswith(start)), ",".join([*_EXPORT, "tag list"])
    )
    file = tmp_path / "export.csv"
    file.write_text(header + "\n", encoding="utf-8")
    feed = proposed(file)
    scores[f"header {start}"] = found = score(feed, HEADERS[start])
    assert feed.entity == "contact"
    assert not found.silent, found.told()
    assert not found.missed, found.told()


def test_florida_is_known_by_its_layout_and_race_is_refused(shared_data: Path) -> None:
    feed = proposed(shared_data / "layouts" / "florida_faker_values.csv")
    assert feed.refused == {"race": "race"}
    assert feed.table.reading.format == "tsv"
    assert not feed.table.reading.header
    assert len(feed.table.reading.names) == 38
