"""The identity columns of a personal record: name, reach and address, whole or in parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.contracts.normalise import names, places
from orchestration.contracts.normalise.text import upper_text

if TYPE_CHECKING:
    from orchestration.contracts.mapping import QueryBuilder

_STREET_PARTS = ("pre_direction", "street", "street_name", "street_type", "post_direction")


def identity_layers(build: QueryBuilder) -> set[str]:
    """Add the layers of the identity columns; gives the names that need nothing more."""
    done = _names(build) | _address(build) | _given(build)
    _birth_year(build)
    return done | {"birth_date", "birth_year"}


def _joined(build: QueryBuilder, parts: tuple[str, ...], separator: str = " ") -> str | None:
    given = [f"i_{part}" for part in parts if part in build.mapped]
    if len(given) < 2:
        return given[0] if given else None
    return f"nullif(concat_ws('{separator}', {', '.join(given)}), '')"


def _names(build: QueryBuilder) -> set[str]:
    add, mapped = build.layers.add, build.mapped
    suffixes = []
    if "suffix" in mapped:
        build.typed_as("suffix", into="told_suffix")
        suffixes.append("told_suffix")
    if "first_name" in mapped or "last_name" in mapped:
        for part in ("first", "middle", "last"):
            ref = (
                names.name(f"i_{part}_name")
                if f"{part}_name" in mapped
                else "cast(null as varchar)"
            )
            add(2, f"g_{part}", ref)
        add(3, "t_last_name", names.without_suffix("g_last"))
        add(3, "t_first_name", names.first_of("g_first", "g_middle is not null"))
        add(3, "t_middle_name", f"coalesce(g_middle, {names.initial_in('g_first')})")
        add(3, "l_suffix", names.suffix_in("g_last"))
    elif "full_name" in mapped:
        add(2, "n_line", names.name_line("i_full_name"))
        add(3, "n_core", names.line_core("n_line"))
        add(3, "l_suffix", names.line_suffix("n_line"))
        for part in ("first", "middle", "last"):
            add(4, f"n_{part}", names.split_core("n_core", part))
            digits_off = f"regexp_replace(n_{part}, '[^A-Z ]+', '', 'g')"
            add(5, f"t_{part}_name", f"nullif(trim({digits_off}), '')")
    else:
        return {"full_name", "first_name", "middle_name", "last_name", "suffix"}
    add(5, "t_suffix", f"coalesce({', '.join([*suffixes, 'l_suffix'])})")
    parts = "t_first_name, t_middle_name, t_last_name, t_suffix"
    add(6, "t_full_name", f"nullif(concat_ws(' ', {parts}), '')")
    return {"full_name", "first_name", "middle_name", "last_name", "suffix"}


def _address(build: QueryBuilder) -> set[str]:
    add, mapped = build.layers.add, build.mapped
    houses, units = [], []
    if "house_number" in mapped:
        whole = "concat_ws('', i_house_number, i_house_suffix)"
        ref = add(2, "a_number", whole if "house_suffix" in mapped else "i_house_number")
        houses.append(add(3, "a_house", places.house_number(ref)))
    for part in ("unit", "address_line_2"):
        if part in mapped:
            text = add(2, f"u_{part}", upper_text(f"i_{part}"))
            units.append(add(3, f"a_{part}", places.unit_number(text)))
    joined = _joined(build, _STREET_PARTS)
    if "address_line" in mapped:
        add(2, "a_line", upper_text("i_address_line"))
        houses.append(add(3, "l_house", places.line_house("a_line")))
        told = add(3, "l_told", places.line_unit("a_line"))
        units.append(add(4, "l_unit", places.unit_number(told)))
        add(3, "a_street", places.line_street("a_line"))
    elif joined:
        add(2, "a_joined", joined)
        add(3, "a_street", upper_text("a_joined"))
    add(4, "t_house_number", _first(houses))
    add(5, "t_unit", _first(units))
    has_street = build.layers.has("a_street")
    if has_street:
        last = add(4, "a_last", places.last_word("a_street"))
        add(5, "a_street_end", places.street_end("a_street", last))
        add(6, "t_street", places.street("a_street_end"))
    if build.entity.name == "voter" and has_street and "zip5" in mapped:
        place = "coalesce(t_house_number, ''), t_street, coalesce(t_unit, ''), t_zip5"
        known = "t_street is not null and t_zip5 is not null"
        key = f"left(md5(concat_ws('|', {place})), 16)"
        add(7, "t_household_key", f"case when {known} then {key} end")
    return {"house_number", "street", "unit"}


def _first(refs: list[str]) -> str:
    return f"coalesce({', '.join(refs)})" if refs else "cast(null as varchar)"


def _given(build: QueryBuilder) -> set[str]:
    add, mapped = build.layers.add, build.mapped
    parts = ("first_name", "middle_name", "last_name", "suffix")
    named = _joined(
        build, parts if {"first_name", "last_name"} & set(mapped) else ("full_name", "suffix")
    )
    address = _joined(build, ("address_line", "address_line_2"), ", ") or _joined(
        build, ("house_number", "house_suffix", *_STREET_PARTS, "unit")
    )
    found = {
        "name_given": named,
        "phone_given": _joined(build, ("phone", "phone_2"), " / "),
        "email_given": _joined(build, ("email",)),
        "address_given": address,
    }
    for name, sql in found.items():
        add(2, f"t_{name}", sql or "cast(null as varchar)")
    return set(found)


def _birth_year(build: QueryBuilder) -> None:
    told, layer = "cast(null as integer)", 2
    if "birth_year" in build.mapped:
        layer, told = build.typed_as("birth_year", into="told_birth_year"), "told_birth_year"
    if "birth_date" in build.mapped:
        layer = max(layer, build.typed_as("birth_date"))
        told = f"coalesce(cast(year(t_birth_date) as integer), {told})"
    build.layers.add(layer + 1, "t_birth_year", told)
