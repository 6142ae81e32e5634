"""Small cells: no published count tells of fewer than ten people, nor can it be had by subtraction.

The one rule for every table that people without access to people may see.
"""

from __future__ import annotations

from collections.abc import Sequence

SMALLEST_CELL = 10

# A single hidden cell of a whole could be had by subtracting the others from it, so the smallest
# of the shown ones is then hidden with it.
HIDDEN = """
with cells as ({cells}),

ranked as (
    select
        *,
        people < {smallest} as is_small,
        count(*) filter (where people < {smallest}) over (partition by {whole}) as n_small,
        row_number() over (
            partition by {whole}, people >= {smallest} order by people, {key}
        ) as place
    from cells
),

judged as (
    select *, not is_small and not (n_small = 1 and place = 1) and not ({also}) as is_shown
    from ranked
)

select
    {whole},
    {key},
    {figures}
from judged
order by {order}
"""


def hide(
    cells: str,
    whole: Sequence[str],
    key: str,
    figures: Sequence[str] = ("people",),
    also: str = "false",
    order: str = "",
) -> str:
    """SQL that empties the small cells of a table.

    Args:
        cells: SQL with one row a cell: the columns of ``whole``, ``key``, and ``figures``, of
            which ``people`` is one.
        whole: Columns of which each combination's cells add up to a published total.
        key: Column that tells the cells of one whole apart.
        figures: Columns that are emptied together.
        also: SQL that is true of a cell that must be hidden for another reason.
        order: SQL to order by; ``whole`` and ``key`` by default.
    """
    columns = ", ".join(whole)
    return HIDDEN.format(
        cells=cells,
        smallest=SMALLEST_CELL,
        whole=columns,
        key=key,
        figures=",\n    ".join(f"case when is_shown then {f} end as {f}" for f in figures),
        also=also,
        order=order or f"{columns}, {key}",
    )
