"""Releases: what goes live, in one rename, and only when the blocking checks hold.

Publishing, the manifest, reading a release, restoring an older one. What may leave the
platform for a person's hands is ``handoff``; what a figure means is the stage that made it.
"""
