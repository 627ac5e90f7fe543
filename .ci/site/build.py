"""The site from its parts. Called by `build_site.py`, in the environment that it makes."""

import argparse
import os
import shutil
import sys
from pathlib import Path

import lite
import moving
import pages
from pyodide import CannotBeHad, npm

ROOT = Path(__file__).resolve().parents[2]
CACHE, WORK = ROOT / "build" / "site" / "cache", ROOT / "build" / "site" / "lite"
ARCHIVE = "edge-of-stability-offline"
REPOSITORY = os.environ.get("GITHUB_REPOSITORY", "OWNER/edge-of-stability")
"""Until the project has an owner, the place for its name is marked so."""


def addresses() -> dict[str, str]:
    """Where links lead that leave the site."""
    start = "notebooks/01_parabola.ipynb"
    repository = f"https://github.com/{REPOSITORY}"
    return {
        "repository": repository,
        "archive": f"{repository}/releases/latest/download/{ARCHIVE}.zip",
        "binder": f"https://mybinder.org/v2/gh/{REPOSITORY}/main?urlpath=lab/tree/{start}",
        "colab": f"https://colab.research.google.com/github/{REPOSITORY}/blob/main/{start}",
    }


def main() -> int:
    """Build everything afresh but for what was downloaded before."""
    parser = argparse.ArgumentParser(description="Build the course's site.")
    parser.add_argument("--output", type=Path, default=ROOT / "_site", help="default: _site")
    parser.add_argument("--zip", action="store_true", help="also put all of it into one file, for a stick")
    parser.add_argument("--pyodide", type=Path, help="a folder with the whole release of Pyodide, instead of its parts")
    parser.add_argument("--tests", action="store_true", help="also build/site/tests, for .ci/pyodide_tests.mjs")
    asked = parser.parse_args()
    site = asked.output.resolve()
    shutil.rmtree(site, ignore_errors=True)
    try:
        lite.build(ROOT, site / "lite", WORK, CACHE, asked.pyodide, CACHE.parent / "tests" if asked.tests else None)
        pages.build(ROOT, site, npm(pages.KATEX, CACHE / "npm"), moving.build(site), addresses())
    except CannotBeHad as missing:
        print(f"the site cannot be built here: {missing}", file=sys.stderr)
        return 3
    if asked.zip:
        print(shutil.make_archive(str(site.parent / ARCHIVE), "zip", site))
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    print(f"{site}: {size / 1e6:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
