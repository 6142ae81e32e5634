"""The app that leadership opens: it reads a release and shows it, and changes nothing.

``streamlit_app.py`` is the router, ``app_pages`` the thin pages, ``lib`` queries, charts and
words. A figure that the app would have to count belongs to the release's aggregates.
"""
