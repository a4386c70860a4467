"""Files that belong to this one by their names, its tests, its implementation, its header: told by what they define."""

from __future__ import annotations

import re

from symbiote.context.scene import Scene
from symbiote.context.siblings import C, kin
from symbiote.context.slices import LONGEST, readable
from symbiote.core.chunk import Chunk
from symbiote.core.text import Document, body

NAME = "siblings"
MOST = 3
LINES, CHARACTERS = 30, 1_500

DEFINITION = re.compile(
    r"[ \t]{0,8}(?:(?:export|default|public|private|protected|internal|static|async|abstract|final|override|pub|unsafe|"
    r"extern|inline|virtual|const)(?:\([a-z]+\))?[ \t]+){0,5}"
    r"(?:def|class|function|func|fn|fun|struct|interface|type|enum|trait|impl|module|namespace|record|const|#define)\b"
)
PROTOTYPE = re.compile(r"[A-Za-z_][\w:<>,&* \t]*\(")
"""Of C and its kin, at a line's start."""


def siblings(scene: Scene) -> list[Chunk]:
    """The open ones first, then those beside it on the disk."""
    own = kin(scene.document.uri)
    found: list[Chunk] = []
    documents = [(visit.document, visit.at) for visit in reversed(scene.others)]
    for document, at in [*documents, *((document, 0.0) for document in scene.beside)]:
        uri = document.uri
        if len(found) == MOST or not own[0] or kin(uri) != own or not readable(document):
            continue
        if text := outline(document):
            worth, why = 0.9 ** len(found), "belongs to this file by its name"
            found.append(Chunk(NAME, uri, scene.shown(uri), text, at, worth, why))
    return found


def outline(document: Document) -> str:
    """Its lines that define something; where there are none, its first ones."""
    lines = [body(line).rstrip() for line in document.lines if len(line) <= LONGEST]
    prototypes = kin(document.uri)[1] == C
    telling = [
        line for line in lines if DEFINITION.match(line) or (prototypes and PROTOTYPE.match(line))
    ]
    told, left = [], CHARACTERS
    for line in (telling or [line for line in lines if line])[:LINES]:
        left -= len(line) + 1
        if left < 0:
            break
        told.append(line)
    return "\n".join(told)
