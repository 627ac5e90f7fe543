"""Put the name of the account that holds the repository where OWNER stands.

    python .ci/set_owner.py NAME
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLACES = ("OWNER/edge-of-stability", "OWNER%2Fedge-of-stability", "OWNER.github.io", "    - OWNER\n")
FILES = ("README.md", "CITATION.cff", "pyproject.toml", "notebooks/*", ".github/**/*", ".ci/site/build.py")


def main() -> int:
    """Change every file that has a place for the name."""
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    for path in sorted(path for pattern in FILES for path in ROOT.glob(pattern) if path.is_file()):
        if path.suffix == ".gif":
            continue
        before = after = path.read_text("utf-8")
        for place in PLACES:
            after = after.replace(place, place.replace("OWNER", sys.argv[1]))
        if after != before:
            path.write_text(after, "utf-8", newline="\n")
            print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
