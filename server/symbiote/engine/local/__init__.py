"""The local engine: llama.cpp in a worker process of its own.

`client` stands behind the port and runs in the daemon; `worker` runs alone with the model. Only
`native` imports llama_cpp.
"""
