"""The benchmarks: typing against the daemon and against llama-server, the engine alone, and the long run.

Part of the composition root: every room may be visited from here, and no room knows of it. Knows nothing of
what goes on inside the daemon: it measures from outside, over the socket and in /proc.
"""
