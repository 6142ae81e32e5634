"""What pages are built from: the home, the release, one query module a page, charts, parts."""
