"""What many tests of the rules share: files that they write for themselves."""

from tests.spending_files import filing, table

__all__ = ["filing", "table"]
