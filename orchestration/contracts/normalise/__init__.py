"""Normal forms as set-based SQL: each function takes a column reference and returns SQL text.

What a name, phone, address or date looks like once it is ours belongs here; which column of a
file it is read from is the contract's. All text is a pure function of its input: no clock, no
locale, no dictionary that changes. A change of any result raises the version of its kind
(``versions.py``).

Callers give a *reference* (a quoted column name), never an expression, for it is repeated; the
value behind it is already trimmed and null when empty (see ``text.clean``).

How the text is written decides what it costs. The usual form is looked for first, for a regular
expression that replaces costs ten of one that only looks. ``nullif`` is a ``case`` that spells its
value twice, and DuckDB computes it twice when it stands inside another ``case``: so it stands
outermost, and what is needed twice is a step of its own (see ``layers.py``).
"""
