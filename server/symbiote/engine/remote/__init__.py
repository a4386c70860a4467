"""Engines elsewhere: providers that answer over HTTP, one file per kind, one set of faults, one breaker.

Knows nothing of documents, settings, which provider is asked, or what it may be told. Nothing here is imported before a
provider is made.
"""
