"""Secrets of all kinds go, everything else stays, whatever the text is."""

from __future__ import annotations

import ast
import json
import re
import re._constants as op
import re._parser as parser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from e2e.remote.canaries import FORMS, KEYS, PASSWORDS, PROSE, VALUES, Made, planted
from symbiote.core import naming, pem, redact
from symbiote.core.redact import OURS

HOLES = Path(__file__).resolve().parents[3] / "models" / "holes"
CANARIES = planted()
STAYS = """
token = get_token_from_server_1(abc)
password: Optional[str] = None
password = getpass("password2: ")
password=self.password2
sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
url = "https://example.org:8080/a@b"
KEY = "some.dotted.path_to_a_setting_2"
token_type = "application/x-www-form-urlencoded"
export PASSWORD=$OTHER_PASSWORD1
postgres://user:${DB_PASS1}@host/db
secret_name = "projects/my-project-1/secrets/database/versions/latest"
--password
API_KEY = os.environ["API_KEY_2"]
csrf_token = "your-token-goes-here-1234567890"
the token is read from the file tokens/access_token_2.json, then kept
""".strip().split("\n")
MEGABYTE = 1_000_000
HOSTILE = (
    "sk-", "-eyJ", "eyJaaaaaaaaaa.", "password=", "password:", "token ", "a" * 9 + " ", "://a:", "://", "-----BEGIN PRIVATE KEY-----\n",
    "-----END PRIVATE KEY-----", "-----BEGIN ", "password='", "key=Aa1", "SG.aaaaaaaaaaaaaaaa", "'+'", "A1b2", "=", "\\n", "\n",
    "login a password ", "token : str ", "<password>", "-u a:", "0123456789abcdef", "password" + " " * 7, "\t", "é", "secret_", "A" * 64 + "\n",
)  # fmt: skip


@pytest.mark.parametrize("canary", CANARIES, ids=lambda canary: canary.name)
def test_no_canary_is_left(canary: Any) -> None:
    text = f"def f():\n    return 1\n\n{canary.text}\nclass A:\n    pass\n"
    clean, count = redact.redact(text)
    assert count
    assert not [part for part in canary.parts if part in clean]
    assert clean.count("\n") == text.count("\n")
    assert clean.startswith("def f():\n    return 1\n\n")
    assert clean.endswith("\nclass A:\n    pass\n")
    assert redact.redact(clean) == (clean, 0)


@pytest.mark.parametrize("line", STAYS)
def test_what_is_no_secret_stays(line: str) -> None:
    assert redact.redact(f"{line}\n") == (f"{line}\n", 0)


def test_the_code_is_read_as_before() -> None:
    made = Made(1)
    for form in ('TOKEN = "@"', "f(api_key='@', b=1)", 'd = {"password": "@"}', "token = b'@'"):
        text = form.replace("@", made.base62(32))
        clean, count = redact.redact(text)
        assert count == 1
        shape = [type(node) for node in ast.walk(ast.parse(text))]
        assert [type(node) for node in ast.walk(ast.parse(clean))] == shape
    text = json.dumps({"private_key": made.pem() + "\n", "token": made.hex(40)})
    assert json.loads(redact.redact(text)[0]).keys() == {"private_key", "token"}


def test_one_secret_has_one_name() -> None:
    key = Made(2)
    one, other = "ghp_" + key.base62(36), "ghp_" + key.base62(36)
    names = OURS.findall(redact.redact(f"{one} {other}\n{one}")[0])
    assert names[0] == names[2] != names[1]
    assert one not in names[0]


@pytest.mark.parametrize("kind", ["RSA ", "EC ", "OPENSSH ", "ENCRYPTED ", ""])
def test_a_block_cut_anywhere(kind: str) -> None:
    lines = Made(3).pem(kind).split("\n")
    for start in range(len(lines) - 2):
        for end in range(start + 2, len(lines) + 1):
            text = "\n".join(lines[start:end])
            for cut in (0, 30):
                if "PRIVATE" not in text and len(text) - cut < 64:
                    continue
                clean, _ = redact.redact(text[cut:])
                left = [one for one in lines[1:-1] if one in clean and len(one) > 16]
                assert not left, (start, end, cut)


def test_a_certificate_and_what_follows_a_header_stay() -> None:
    block = Made(4).pem("").replace("PRIVATE KEY", "CERTIFICATE")
    assert redact.redact(block)[1] == 0
    code = 'if "-----BEGIN PRIVATE KEY-----" in text:\n    return\nreturn text\n'
    assert redact.redact(code) == (code, 0)


def test_few_holes_change() -> None:
    """Of 1,610 holes from code that anybody may read, none has a secret; what is taken for one hides code from the model."""
    texts = []
    for name in ("python", "languages", "edits"):
        for line in (HOLES / f"{name}.jsonl").read_text("utf-8").splitlines()[::10]:
            raw = json.loads(line)
            keys = (
                ("prefix", "answer", "suffix")
                if "prefix" in raw
                else ("before", "selection", "after")
            )
            texts.append("\n".join(raw[key] for key in keys))
    changed = [text for text in texts if redact.redact(text)[1]]
    assert len(changed) <= len(texts) / 100


PARTS = st.sampled_from(
    [*HOSTILE, *(canary.text for canary in CANARIES[::7]), "x = 1\n", '"', "'", " ", "\n", "(", "@"]
)


@given(st.lists(st.one_of(PARTS, st.text(max_size=8)), max_size=12).map("".join))
def test_any_text(text: str) -> None:
    clean, count = redact.redact(text)
    assert clean.count("\n") == text.count("\n")
    assert (clean == text) == (count == 0)
    kept: dict[str, str] = {}
    spans = redact.find(text)
    assert redact.restored(redact.replaced(text, spans, kept), kept) == text or OURS.search(text)


@given(st.sampled_from([*KEYS, *VALUES]), st.integers(0, 10**6))
def test_other_secrets_of_these_kinds(kind: str, seed: int) -> None:
    made = Made(seed)
    secret = (KEYS.get(kind) or VALUES[kind])(made)
    forms = PROSE if kind in KEYS else FORMS
    before, _, after = made.chance.choice(forms).partition("@")
    clean, _ = redact.redact(before + secret + after)
    assert secret not in clean


@given(st.integers(0, 10**6))
def test_other_passwords(seed: int) -> None:
    made = Made(seed)
    before, _, after = made.chance.choice(PASSWORDS).partition("@")
    secret = made.password()
    assert secret not in redact.redact(before + secret + after)[0]


@pytest.mark.parametrize("part", HOSTILE)
def test_a_megabyte_of_anything_ends(part: str) -> None:
    """With a search that is not linear each of these would take hours."""
    redact.redact(part * (MEGABYTE // len(part)))


def expressions() -> list[tuple[str, re.Pattern[str]]]:
    """All that are looked for in whole texts; the others see 200 characters at most."""
    found = [(f"key {begin}", form) for begin, form in redact._KEYS.items()]
    for module, names in (
        (redact, ("_FORMS", "_HOOK", "_URL", "_CURL", "OURS")),
        (naming, ("_QUOTED", "_LINE", "_FIELD", "_FLAG", "_BASIC", "_VALUE")),
        (pem, ("_MARK", "_RUN", "_ESCAPES")),
    ):
        found += [(name, getattr(module, name)) for name in names]
    return found


@pytest.mark.parametrize("name, form", expressions(), ids=lambda value: str(value)[:20])
def test_the_work_at_a_place_is_bounded(name: str, form: re.Pattern[str]) -> None:
    """Steps at one place of a text, whatever the text: what has no limit is the last thing that can fail."""
    assert steps([*parser.parse(form.pattern, form.flags)], may_fail=False) < 2_000_000


def steps(parts: list[Any], *, may_fail: bool) -> int:
    """An upper bound. `may_fail` says whether something stands behind the parts that may not fit. What is possessive is not
    tried again; each of the others multiplies what comes behind it."""
    total = 1
    for number in reversed(range(len(parts))):
        kind, found = parts[number]
        rest = may_fail or any(not optional(part) for part in parts[number + 1 :])
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            least, most, inner = found
            assert most is not op.MAXREPEAT or not rest, "endless, and what is behind it may fail"
            each = steps([*inner], may_fail=rest)
            times = 1 if most is op.MAXREPEAT else most
            if kind is op.POSSESSIVE_REPEAT or least == most or not rest:
                total += times * each
            else:
                total = times * each + (times - least + 1) * total
        elif kind is op.SUBPATTERN:
            total += steps([*found[-1]], may_fail=rest)
        elif kind is op.BRANCH:
            total = sum(steps([*branch], may_fail=rest) + total for branch in found[1])
        elif kind in (op.ASSERT, op.ASSERT_NOT):
            total += steps([*found[1]], may_fail=True)
        else:
            total += 1
    return total


def optional(part: Any) -> bool:
    repeats = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
    return part[0] in repeats and part[1][0] == 0
