"""Writers: one module a supplier, each with that supplier's own columns, formats and habits.

A writer turns people into files in the inbox and says whose record is whose. It knows no contract
and no entity of ours; when a supplier's layout and a contract differ, landing must say so.
"""
