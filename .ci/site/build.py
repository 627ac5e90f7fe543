"""The site from its parts. Called by `build_site.py`, in the environment that it makes."""

import argparse
import shutil
import sys
from pathlib import Path

import lite
from pyodide import CannotBeHad

ROOT = Path(__file__).resolve().parents[2]
CACHE, WORK = ROOT / "build" / "site" / "cache", ROOT / "build" / "site" / "lite"
ARCHIVE = "edge-of-stability-offline"


def main() -> int:
    """Build everything afresh but for what was downloaded before."""
    parser = argparse.ArgumentParser(description="Build the course's site.")
    parser.add_argument("--output", type=Path, default=ROOT / "_site", help="default: _site")
    parser.add_argument("--zip", action="store_true", help="also put all of it into one file, for a stick")
    parser.add_argument("--pyodide", type=Path, help="a folder with the whole release of Pyodide, instead of its parts")
    asked = parser.parse_args()
    site = asked.output.resolve()
    shutil.rmtree(site, ignore_errors=True)
    try:
        lite.build(ROOT, site / "lite", WORK, CACHE, asked.pyodide)
    except CannotBeHad as missing:
        print(f"the site cannot be built here: {missing}", file=sys.stderr)
        return 3
    if asked.zip:
        packed = shutil.make_archive(str(CACHE.parent / ARCHIVE), "zip", site)
        shutil.move(packed, site / f"{ARCHIVE}.zip")
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    print(f"{site}: {size / 1e6:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
