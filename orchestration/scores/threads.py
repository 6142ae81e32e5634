"""How many threads the numerical libraries may start."""

from __future__ import annotations

from collections.abc import Iterator
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
