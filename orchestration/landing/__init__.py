"""Landing: what waits in the inbox becomes checked, normalised, immutable Parquet.

Looking at files, refusing, quarantining, and computing which deliveries are in force belong
here. How a column becomes ours belongs to ``contracts``; whether late is bad belongs to
``readiness``.
"""
