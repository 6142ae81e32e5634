"""The invented campaign: people who never lived, their suppliers' files, and the truth.

What belongs here: the people, what they will do on the night, the dirt that gets into files, and
the files themselves as each supplier writes them. It reads the public margins in
``dbt_project/seeds`` as data and writes an inbox, a ``truth`` folder and the home's clock.

What does not belong here: how a file is read. A contract belongs to ``orchestration/sources``,
cleaning to ``landing``, features and models to ``scores``. So this room imports only
``countdown`` and ``settings``, and its modules for outcomes (:mod:`outcome`), for dirt
(:mod:`dirt`) and for hidden dispositions (:mod:`traits`) share no formula with each other or
with any stage: a pipeline that recovers the truth has earned it.

Everything is a pure function of (voters, seed, world): equal arguments, equal bytes. People are
made chunk by chunk, each chunk a small Iowa of its own with all 99 counties, so memory is
constant and any chunk could be made alone. E-mail addresses end in ``.example`` and reach nobody.
"""
