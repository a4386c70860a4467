"""Commands of the command line that have a file of their own. Part of the composition root.

Knows nothing of how the other commands work.
"""
