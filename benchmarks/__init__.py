"""Speed and quality, ours beside the peers, on the same data in one run.

Each module measures one stage and can be run alone; ``python -m benchmarks`` runs them all.
Timings live here and nowhere in the tests, for a machine's mood is no property of the code.
"""
