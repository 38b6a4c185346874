"""Gather every visible string and compile the translations: ``python -m resources.make_translations``.

Translate what it names in ``resources/translations/zh_CN.ts`` (by hand or with Qt Linguist) and run
it again. It fails while a string is without translation.
"""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import resources

LANGUAGE = "zh_CN"


def update_catalogue(catalogue: Path) -> None:
    """Bring `catalogue` (a .ts file) up to date with the strings in the program."""
    root = resources.path().parent
    sources = sorted(str(path.relative_to(root)) for path in (root / "seagull_studio").rglob("*.py"))
    command = [
        _tool("pyside6-lupdate"),
        *sources,
        "-no-obsolete",
        "-locations",
        "none",
        "-target-language",
        LANGUAGE,
        "-ts",
        str(catalogue),
    ]
    done = subprocess.run(command, check=True, cwd=root, capture_output=True, text=True)
    # lupdate ends well even where it refuses the catalogue.
    if "won't be updated" in done.stderr + done.stdout:
        raise RuntimeError(done.stderr + done.stdout)


def unfinished(catalogue: Path) -> list[str]:
    """The strings that have no translation yet, each with its context."""
    missing = []
    for context in ET.parse(catalogue).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            told = "" if translation is None else "".join(translation.itertext()).strip()
            if translation is None or not told or translation.get("type") == "unfinished":
                missing.append(f"{context.findtext('name')}: {message.findtext('source')}")
    return missing


def main() -> int:
    """Update, compile, and say what is missing."""
    catalogue = resources.path("translations", f"{LANGUAGE}.ts")
    update_catalogue(catalogue)
    compiled = catalogue.with_suffix(".qm")
    subprocess.run(
        [_tool("pyside6-lrelease"), str(catalogue), "-qm", str(compiled)], check=True, capture_output=True
    )
    missing = unfinished(catalogue)
    for line in missing:
        print(line)
    print(f"{len(missing)} strings without translation")
    return 1 if missing else 0


def _tool(name: str) -> str:
    beside = Path(sys.executable).with_name(name)
    return str(beside) if beside.exists() else name


if __name__ == "__main__":
    sys.exit(main())
