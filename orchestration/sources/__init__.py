"""Sources: one folder a supplier, with its contract (``source.yaml``) and a sample.

A new supplier is a new folder here and nothing else. What a contract may say belongs to
``contracts``; reading the files belongs to ``landing``.
"""
