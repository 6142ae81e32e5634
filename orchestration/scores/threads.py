"""How many threads the numerical libraries may start, and our own in their place."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep OpenMP and BLAS to one thread.

    Boosting waits at a barrier some thousand times; on a machine that does something else as
    well, each wait costs a time slice, and two threads took twenty times as long as one. On an
    idle machine one thread costs a third more.
    """
    # Loaded first: a limit binds only the libraries that are there when it is set.
    import sklearn.ensemble  # noqa: F401
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield


@contextmanager
def workers(most: int) -> Iterator[ThreadPoolExecutor]:
    """As many threads of ours as there are cores, each with one thread of the libraries.

    They meet once a task instead of at every barrier, so a busy machine slows them in
    proportion and no more.
    """
    count = max(1, min(most, len(os.sched_getaffinity(0))))
    with one_thread(), ThreadPoolExecutor(count, initializer=_limit_here) as pool:
        yield pool


def _limit_here() -> None:
    # OpenMP counts its threads for each thread that calls it; BLAS has one count for all.
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1)
