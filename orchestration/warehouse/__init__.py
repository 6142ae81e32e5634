"""The warehouse: the dbt project as Dagster assets, and the one module that runs it.

How models are run, what came of them and what they are made from belongs here. What a model
says is SQL in ``dbt_project``; linking and scoring between the models are rooms of their own.
"""
