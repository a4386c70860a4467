"""The benchmarks: typing against the daemon and against llama-server, the engine alone, the long run, and every goal.

Part of the composition root: every room may be visited from here, and no room knows of it. Knows nothing of
what goes on inside the daemon: that is measured from outside, over the socket and in /proc. What lies below the
daemon (the engine, the desk in front of it) is measured at its port.
"""
