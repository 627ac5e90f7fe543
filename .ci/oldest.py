"""Print the oldest versions that pyproject.toml allows, as constraints for pip.

    python .ci/oldest.py > build/oldest.txt
    pip install -c build/oldest.txt -e ".[test]"
"""

import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"


def oldest(extras: tuple[str, ...] = ("lab", "test")) -> list[str]:
    """ "name==version" for what the project and these extras need."""
    project = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]
    lists = [project["dependencies"], *(project["optional-dependencies"][extra] for extra in extras)]
    return sorted({entry.replace(">=", "==") for needed in lists for entry in needed})


if __name__ == "__main__":
    print("\n".join(oldest()))
