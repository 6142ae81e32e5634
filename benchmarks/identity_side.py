"""One side of the identity benchmark in a process of its own: what it took, as JSON.

``python -m benchmarks.identity_side ours HOME`` links a home; ``again`` links all of it with the
model that is there; a peer's name writes its links to the file given after the home.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from orchestration.identity.places import Places, read_day
from orchestration.lake import connect, sql_path, write_parquet

LIBRARIES = {
    "recordlinkage": ("pandas", "recordlinkage"),
    "plain_splink": ("pandas", "pyarrow", "splink", "splink.comparison_library"),
    "ours": ("pandas", "pyarrow", "splink", "orchestration.identity.link"),
}


def main(what: str, home: Path, into: Path) -> None:
    """Load what the side needs, run it, and say its seconds, CPU seconds and peak memory (GB)."""
    for name in LIBRARIES.get(what, LIBRARIES["ours"]):
        import_module(name)
    work = _ours(what, home) if what in ("ours", "again") else _peer(what, home, into)
    started, before = time.perf_counter(), _cpu()
    work()
    print(
        json.dumps(
            {
                "seconds": round(time.perf_counter() - started, 2),
                "cpu_seconds": round(_cpu() - before, 2),
                "peak_memory_gb": round(
                    resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2
                ),
            }
        )
    )


def _ours(what: str, home: Path) -> Callable[[], object]:
    from orchestration.identity.link import link_home

    return lambda: link_home(Places(home), read_day(home), full=what == "again")


def _peer(what: str, home: Path, into: Path) -> Callable[[], None]:
    from benchmarks.identity_peers import PEERS

    def work() -> None:
        with connect(home) as con:
            con.execute(f"""
                create view voters as from read_parquet({sql_path(Places(home).voters)});
                create view records as from read_parquet({sql_path(Places(home).records)})
            """)
            PEERS[what](con)
            write_parquet(con, "from peer_links", into)

    return work


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
