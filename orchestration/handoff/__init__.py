"""Hand-off: what may leave, in which shape, to whom, and how it is called back.

Lists for volunteers, suppression as it stands this minute, licences by value, approval, expiry,
canaries and encryption belong here. Who is in an audience is ``release``'s word; who is one human
is ``identity``'s; nothing here reads the lake but requests not to be contacted, which count from
the minute they came.
"""
