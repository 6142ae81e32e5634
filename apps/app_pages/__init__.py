"""One file a page: what stands where. Queries, charts and words come from ``apps.lib``."""
