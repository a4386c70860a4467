"""A story whose first line begins a block."""

STORY = "for x in items:\n    if x:\n        go(x)\n        continue\n    return x\n"
BLOCK = "in items:\n    if x:\n        go(x)\n        continue\n    return x"
