"""T-minus: from the files a campaign receives to the lists it needs on the day.

Each folder here is a stage of the flow or a domain noun; a stage reads only what the
stages before it wrote. The order is in ``pyproject.toml`` (import-linter) and in the README.
"""
