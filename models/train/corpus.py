"""Corpus: the standard library and the wheels pinned in corpus.toml, filtered and deduplicated.

Writes train.jsonl, tuning.jsonl (for choosing settings) and heldout.jsonl (for measuring; nothing is
chosen by it) into --work, {"package", "path", "text"} per line, and manifest.json beside this file.

    python corpus.py --work work
"""

import argparse
import ast
import email.parser
import hashlib
import json
import random
import re
import subprocess
import sys
import sysconfig
import tomllib
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import benchmarks

HERE = Path(__file__).parent
PACKAGE_SHARE = 0.10
MAX_LINE = 1000
MAX_BYTES = 400_000
MIN_BYTES = 200
MIN_ALPHANUMERIC = 0.25
MAX_TABLE_ROWS = 0.5
SHINGLE_LINES = 5
NEAR_DUPLICATE = 0.5

SKIPPED_FOLDERS = {
    "test", "tests", "testing", "idle_test", "_vendor", "vendor", "vendored", "_vendored",
    "site-packages", "__pycache__", "lib2to3", "locale", "externals", "third_party", "thirdparty",
}  # fmt: skip
SKIPPED_FILES = re.compile(
    r"^(test_.*|.*_test|conftest|.*_pb2(_grpc)?|lextab|parsetab|_?version|__main__\.dummy)\.py$"
)
GENERATED = re.compile(r"(auto-?generated|generated (by|from)|do not edit)", re.IGNORECASE)
TABLE_ROW = re.compile(r"""^\s*[\[({]*\s*(?:[rbuf]?['"]|-?[0-9]).*,\s*$""")

LICENCES = {
    "MIT": r"\bMIT\b|MIT License|MIT-0",
    "BSD": r"\bBSD\b|BSD License|0BSD|BSD-[23]-Clause",
    "Apache-2.0": r"Apache",
    "PSF-2.0": r"Python Software Foundation|\bPSF\b|PSF-2.0|Python-2.0",
    "ISC": r"\bISC\b",
}
REFUSED = re.compile(r"GPL|Mozilla|MPL|Proprietary|Commercial|CC-BY|EUPL|Eclipse", re.IGNORECASE)


@dataclass
class Package:
    name: str
    version: str
    licence: str | None
    files: dict[str, str] = field(default_factory=dict)

    def size(self) -> int:
        return sum(len(text.encode()) for text in self.files.values())

    def digest(self) -> str:
        sha = hashlib.sha256()
        for path in sorted(self.files):
            sha.update(path.encode() + b"\0" + self.files[path].encode() + b"\0")
        return sha.hexdigest()


def licence_of(metadata: str) -> str | None:
    """The first permissive family the wheel declares; None as soon as anything else is named."""
    headers = email.parser.HeaderParser().parsestr(metadata)
    classifiers = [c for c in headers.get_all("Classifier", []) if c.startswith("License ::")]
    # A License field may hold the whole text of a licence, which names others in passing.
    declared = headers.get("License-Expression") or " ; ".join(classifiers)
    declared = declared or (headers.get("License") or "")[:80]
    if REFUSED.search(declared):
        return None
    return next((name for name, rule in LICENCES.items() if re.search(rule, declared)), None)


def wanted(path: str) -> bool:
    parts = path.split("/")
    if not parts[-1].endswith(".py") or SKIPPED_FILES.match(parts[-1]):
        return False
    return not any(p in SKIPPED_FOLDERS or p.endswith((".data", ".dist-info")) for p in parts[:-1])


def clean(raw: bytes) -> str | None:
    """Text worth learning from, or None."""
    if not MIN_BYTES <= len(raw) <= MAX_BYTES:
        return None
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (UnicodeDecodeError, SyntaxError, ValueError, RecursionError):
        return None
    lines = text.split("\n")
    if max(map(len, lines)) > MAX_LINE or GENERATED.search("\n".join(lines[:10])):
        return None
    if sum(map(str.isalnum, text)) < MIN_ALPHANUMERIC * len(text):
        return None
    if sum(1 for line in lines if TABLE_ROW.match(line)) > MAX_TABLE_ROWS * len(lines):
        return None
    return text if "<|" not in text else None


def read_wheel(wheel: Path, name: str, version: str) -> Package:
    with zipfile.ZipFile(wheel) as archive:
        entries = archive.namelist()
        meta = next(e for e in entries if e.endswith(".dist-info/METADATA"))
        package = Package(name, version, licence_of(archive.read(meta).decode("utf-8", "replace")))
        for entry in entries:
            if wanted(entry) and (text := clean(archive.read(entry))) is not None:
                package.files[entry] = text
    return package


def read_stdlib() -> Package:
    root = Path(sysconfig.get_paths()["stdlib"])
    package = Package("python", ".".join(map(str, sys.version_info[:3])), "PSF-2.0")
    for file in sorted(root.rglob("*.py")):
        path = file.relative_to(root).as_posix()
        if wanted(path) and (text := clean(file.read_bytes())) is not None:
            package.files[path] = text
    return package


def download(pins: dict[str, str], folder: Path) -> Iterator[Package]:
    folder.mkdir(parents=True, exist_ok=True)
    for name, version in pins.items():
        if (wheel := find(folder, name, version)) is None:
            command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps"]
            command += ["--only-binary=:all:", "-d", str(folder), f"{name}=={version}"]
            subprocess.run(command, check=True)
            wheel = find(folder, name, version)
        assert wheel is not None, f"no wheel for {name} {version}"
        yield read_wheel(wheel, name, version)


def find(folder: Path, name: str, version: str) -> Path | None:
    stem = f"{name}-{version}-".replace("-", "_").lower()
    wheels = (w for w in folder.glob("*.whl"))
    return next((w for w in wheels if w.name.replace("-", "_").lower().startswith(stem)), None)


def sketch(text: str) -> set[int]:
    """One in four hashes of the file's line shingles: enough to tell a copy from a cousin."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    hashes = set()
    for start in range(max(1, len(lines) - SHINGLE_LINES + 1)):
        shingle = "\n".join(lines[start : start + SHINGLE_LINES]).encode()
        value = int.from_bytes(hashlib.blake2b(shingle, digest_size=8).digest())
        if value % 4 == 0:
            hashes.add(value)
    return hashes


def deduplicate(packages: list[Package]) -> Counter[str]:
    """Drop exact copies and files half contained in those kept before; first come, first kept."""
    seen_texts: set[bytes] = set()
    seen_shingles: set[int] = set()
    dropped: Counter[str] = Counter()
    for package in packages:
        for path in sorted(package.files):
            digest = hashlib.sha256(package.files[path].encode()).digest()
            hashes = sketch(package.files[path])
            near = len(hashes & seen_shingles) > NEAR_DUPLICATE * len(hashes)
            if digest in seen_texts or (near and hashes):
                del package.files[path]
                dropped[package.name] += 1
            seen_texts.add(digest)
            seen_shingles |= hashes
    return dropped


def drop_benchmarks(packages: list[Package]) -> list[str]:
    """Drop the files that share runs of words with a public benchmark; their names."""
    known, dropped = benchmarks.known(), []
    for package in packages:
        for path in sorted(package.files):
            if len(benchmarks.runs(package.files[path]) & known) >= benchmarks.ENOUGH:
                del package.files[path]
                dropped.append(path)
    return dropped


def cap(packages: list[Package]) -> None:
    """Let no package hold more than PACKAGE_SHARE of the bytes (files leave at random)."""
    sizes = {p.name: p.size() for p in packages}
    limit = float(sum(sizes.values()))
    for _ in range(50):  # the limit falls with the total it is a share of
        limit = PACKAGE_SHARE * sum(min(size, limit) for size in sizes.values())
    for package in packages:
        order = sorted(package.files)
        random.Random(package.name).shuffle(order)
        while package.size() > limit:
            del package.files[order.pop()]


def write(packages: list[Package], file: Path) -> None:
    with file.open("w", encoding="utf-8") as out:
        for package in packages:
            for path, text in sorted(package.files.items()):
                out.write(json.dumps({"package": package.name, "path": path, "text": text}) + "\n")


def entry(package: Package) -> dict[str, object]:
    return {
        "name": package.name, "version": package.version, "licence": package.licence,
        "files": len(package.files), "bytes": package.size(), "sha256": package.digest(),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=HERE / "work")
    work = parser.parse_args().work
    work.mkdir(parents=True, exist_ok=True)
    pins = tomllib.loads((HERE / "corpus.toml").read_text())
    groups = {
        name: list(download(pins[name]["packages"], work / "wheels"))
        for name in ("heldout", "tuning", "train")
    }
    library = read_stdlib()
    modules = Package("python-heldout", library.version, "PSF-2.0")
    for path in pins["heldout"]["stdlib"]:
        modules.files[path] = library.files.pop(path)
    groups["heldout"].append(modules)
    groups["train"].insert(0, library)
    for name, packages in groups.items():
        for package in [p for p in packages if p.licence is None]:
            print(f"refused: {package.name} {package.version} (licence)")
        groups[name] = [p for p in packages if p.licence]
    # Held-out files go first, so that a training file close to one of them is the one to leave.
    print(
        "duplicates dropped:",
        dict(deduplicate([p for g in groups.values() for p in g]).most_common(12)),
    )
    print("too close to a benchmark:", drop_benchmarks(groups["train"]))
    cap(groups["train"])
    for name, packages in groups.items():
        write(packages, work / f"{name}.jsonl")
        files, size = sum(len(p.files) for p in packages), sum(p.size() for p in packages)
        print(f"{name}: {len(packages)} packages, {files} files, {size / 1e6:.1f} MB")
    manifest = {name: [entry(p) for p in groups[name]] for name in groups}
    (HERE / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")


if __name__ == "__main__":
    main()
