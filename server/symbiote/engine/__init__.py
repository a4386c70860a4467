"""Engines: what turns a prompt into text, one port for all of them, and the desk they are asked at.

Knows nothing of documents, LSP, finishing or storage.
"""
