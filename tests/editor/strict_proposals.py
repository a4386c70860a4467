"""Gate proposed API as stock VS Code does, in a hard-linked copy of code-server.

code-server patches the check to `return true` for every extension, so a test on it does not notice an extension
that throws in the VS Code of a Marketplace user. Usage: strict_proposals.py COPY (made by `cp -al`; the original
stays as it is). A second run changes nothing.
"""

import os
import pathlib
import re
import sys

FILES = (
    "vs/workbench/api/node/extensionHostProcess.js",
    "vs/workbench/api/worker/extensionHostWorkerMain.js",
    "vs/code/browser/workbench/workbench.js",
)
THROWS = (
    r"(?=function \w+\(\w+,\w+\)\{if\(!\1\(\w+,\w+\)\)throw new Error"
    r"\(`Extension '\$\{\w+\.identifier\.value\}' CANNOT use API proposal)"
)
ALWAYS = re.compile(r"function (\w+)\((\w+),(\w+)\)\{return!0\}" + THROWS)
DECLARED = (
    r"function \1(\2,\3){return!!(\2.enabledApiProposals&&\2.enabledApiProposals.includes(\3))}"
)
DONE = re.compile(
    r"function (\w+)\((\w+),(\w+)\)\{return!!\(\2\.enabledApiProposals&&\2\.enabledApiProposals\.includes\(\3\)\)\}"
    + THROWS
)


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    out = pathlib.Path(sys.argv[1]) / "node_modules/code-server/lib/vscode/out"
    for name in FILES:
        gate(out / name)


def gate(path: pathlib.Path) -> None:
    before = path.read_text(encoding="utf-8")
    text, hits = ALWAYS.subn(DECLARED, before)
    if not hits and len(DONE.findall(before)) == 1:
        return
    if hits != 1:
        sys.exit(f"{path}: {hits} places to patch, expected 1; another version of code-server?")
    new = path.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    os.replace(new, path)  # a new inode: the hard-linked original keeps its text


if __name__ == "__main__":
    main()
