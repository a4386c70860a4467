"""What a few words mean, as a vector: a small BERT in a process of its own, for remembered answers.

Knows nothing of what is remembered. It begins with the first question and is gone when none has come for long.
"""
