"""Identity: one human, one person, and a reason for every link.

Links records to voters, clusters those that have none, keeps ids stable, queues what a human
must decide. How a name or a phone is normalised belongs to ``landing``; which value of a person
is shown belongs to the marts.
"""
