"""Readiness: will we be ready, what would a run do, and what stands in the way.

Judges what the ledger recorded against the countdown and the contracts. It makes no data and
knows no Dagster beyond its thin ``assets.py``; what happened is written down in ``ledger``.
"""
