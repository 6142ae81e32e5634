"""Phones and e-mail addresses: E.164 and lower case, or null when they can reach nobody."""

from __future__ import annotations

_FAKE_PHONES = (
    *(digit * 10 for digit in "23456789"),
    "2345678901", "9876543210", "5551234567", "5555551212",
)  # fmt: skip
_NOBODY = (
    "none", "noemail", "no-email", "no_email", "na", "n/a", "null", "nobody", "unknown", "refused",
    "test@test[.]com", "a@a[.]com", "email@email[.]com", "example@example[.]com",
)  # fmt: skip
_ADDRESS = (
    r"[a-z0-9!#$%&''*+/=?^_{|}~-]+(?:\.[a-z0-9!#$%&''*+/=?^_{|}~-]+)*"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]"
)


def phone_digits(ref: str) -> str:
    """The ten digits of a North American number, without country code and extension, else null."""
    bare = (
        f"regexp_replace(regexp_replace(lower({ref}), '(?:[.]0|[ ,;]*(?:x|ext|extension|#)"
        f"[.: ]*[0-9]+)$', ''), '[^0-9+]', '', 'g')"
    )
    ten = f"regexp_extract({bare}, '^(?:\\+?1)?([0-9]{{10}})$', 1)"
    # the usual ways to write one are read without replacing, in a third of the time
    usual = "(?:[(][0-9]{3}[)] ?|[0-9]{3}[.-])[0-9]{3}[.-][0-9]{4}"
    return (
        f"nullif(case when regexp_full_match({ref}, '[0-9]{{10}}') then {ref} "
        f"when regexp_full_match({ref}, '{usual}') "
        f"then substring({ref}, if(starts_with({ref}, '('), 2, 1), 3) || "
        f"substring({ref}, length({ref}) - 7, 3) || right({ref}, 4) "
        f"else {ten} end, '')"
    )


def phone(digits: str) -> str:
    """E.164 out of ten digits: ``5155550142`` becomes ``+15155550142``.

    Null: an area code or exchange that cannot exist (it starts with 0 or 1 or ends in 11), ten
    equal digits, a keyboard run.
    """
    fake = ", ".join(f"'{number}'" for number in _FAKE_PHONES)
    code = "[2-9](?:[02-9][0-9]|1[02-9])"
    return (
        f"case when regexp_full_match({digits}, '{code}{code}[0-9]{{4}}') "
        f"and not list_contains([{fake}], {digits}) then '+1' || {digits} end"
    )


def email_text(ref: str) -> str:
    """Lower case, without ``mailto:`` or angle brackets; the first of several addresses."""
    plain = "[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+"
    dressed = f"regexp_extract(lower({ref}), '^(?:mailto:|.*<)?\\s*([^<>\\s,;]+)', 1)"
    return f"case when regexp_full_match({ref}, '{plain}') then lower({ref}) else {dressed} end"


def email(text: str) -> str:
    """The address out of :func:`email_text`, or null when it is none.

    Null as well: two dots in a row, no dot in the domain, longer than 254 characters, and what
    people write to be left alone (``none@none.com``).
    """
    nobody = "|".join(_NOBODY)
    return (
        f"case when regexp_full_match({text}, '{_ADDRESS}') and length({text}) <= 254 "
        f"and not regexp_full_match({text}, '(?:{nobody})(?:@.*)?') "
        f"then {text} end"
    )
