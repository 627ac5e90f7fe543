"""Are wrong changes caught? Each line of `changes.txt` is made in a copy of the project, and the tests named must fail.

    python benchmarks/mutations.py             # all of them, about ten minutes on two cores; writes mutations.md
    python benchmarks/mutations.py parabola    # those of files, or with texts, that contain the word; writes nothing
    python benchmarks/mutations.py again       # those that the table does not call caught, and writes what is new in it

A notebook named beside a change must turn red too, for it claims what the change makes wrong. Each copy of the
project serves one process at a time; processes are forked from one that has loaded NumPy and Matplotlib, and not eos.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

ROOT = Path(__file__).resolve().parents[1]
TABLE, CHANGES = ROOT / "benchmarks" / "mutations.md", ROOT / "benchmarks" / "changes.txt"
WORKERS, LONGEST = 2, 240
"""Copies of the project, and seconds after which a change counts as caught, for it hangs."""
SOUND = set()
"""Tests that pass where nothing is changed."""
LINE = re.compile(r"(?P<old>.+?) => (?P<new>.*?)(?: !! (?P<tests>.+?))?(?: @@ (?P<notebook>\w+))?(?: == (?P<same>.+))?")


@dataclass(frozen=True)
class Change:
    """One text of one file in the place of another, the tests that must fail, and the notebook that must turn red."""

    file: str
    old: str
    new: str
    tests: str
    notebook: str | None
    same: str | None
    """Why nothing changes, where that is so."""


def changes() -> list[Change]:
    """All of them: "# file | tests" begins those of a file, a line "old => new !! other tests @@ notebook" is one."""
    found, file, tests = [], "", ""
    for line in CHANGES.read_text("utf-8").splitlines():
        if line.startswith("# "):
            file, tests = line[2:].split(" | ")
        elif line.strip():
            given = LINE.fullmatch(line)
            assert given, f"no change: {line}"
            old, new = (given[side].replace("\\n", "\n") for side in ("old", "new"))
            found.append(Change(file, old, new, given["tests"] or tests, given["notebook"], given["same"]))
    return found


def load() -> None:
    """What every test loads, once; not eos, which each process takes from its own copy."""
    import contourpy  # noqa: F401
    import hypothesis.strategies  # noqa: F401
    import IPython  # noqa: F401
    import ipywidgets  # noqa: F401
    import matplotlib.backends.backend_agg  # noqa: F401
    import matplotlib.pyplot  # noqa: F401
    import mpl_toolkits.mplot3d  # noqa: F401
    import pytest  # noqa: F401
    import scipy.optimize  # noqa: F401


def run_tests(folder: Path, tests: str, word: str = "") -> tuple[bool, str]:
    """Whether they pass in this copy, and which fails first. In a fork."""
    output = folder / "output.txt"
    if (child := os.fork()) == 0:
        try:
            os.setsid()
            os.chdir(folder)
            sys.path[:0] = [str(folder), str(folder / "tests")]
            sys.argv = ["pytest"]
            handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            for stream in (1, 2):
                os.dup2(handle, stream)
            import pytest

            options = ["-q", "-x", "-W", "ignore::pytest.PytestAssertRewriteWarning", "--tb=line"]
            options += ["-p", "no:cacheprovider", "-p", "no:nbval", "-o", "addopts="]
            code = pytest.main([*options, *tests.split("\n"), *(["-k", word] if word else [])])
        except BaseException:  # a fork must not go on as its parent
            traceback.print_exc()
            code = 70
        sys.stdout.flush()
        os._exit(int(code))
    code = wait(child)
    said = output.read_text("utf-8", errors="replace") if output.exists() else ""
    if code == 5:
        raise RuntimeError(f"no test is selected by {tests} {word}")
    failed = re.search(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", said, re.MULTILINE)
    return code == 0, failed[1] if failed else "hangs" if code is None else "cannot be loaded"


def wait(child: int) -> int | None:
    """Its exit code; None where it took too long and was ended."""
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def run_notebook(folder: Path, name: str) -> str | None:
    """The first cell that turns red; None where all stay green."""
    options = ["-q", "-x", "-p", "no:cacheprovider", "-o", "addopts=", "--nbval", "--nbval-current-env", "--tb=line"]
    options += ["--nbval-sanitize-with=tests/nbval_sanitize.cfg", "--nbval-cell-timeout=60"]
    command = [sys.executable, "-m", "pytest", *options, f"notebooks/{name}.ipynb"]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    answer = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    red = re.search(r"^FAILED \S+::(Cell \d+)", answer.stdout, re.MULTILINE)
    return red[1] if red else None if answer.returncode == 0 else "cannot be run"


def copy_of_project(parent: Path, number: int) -> Path:
    """The project without what tests do not need."""
    folder = parent / str(number)
    ignored = shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__", "browser", "run")
    for part in ("eos", "tests", "notebooks", "benchmarks", ".ci"):
        shutil.copytree(ROOT / part, folder / part, ignore=ignored)
    for part in ("pyproject.toml", "README.md", "CHANGELOG.md", "CITATION.cff", "LICENSE", "environment.yml"):
        shutil.copy(ROOT / part, folder / part)
    subprocess.run([sys.executable, "-m", "compileall", "-q", folder / "eos", folder / "tests"], check=True)
    return folder


def execute(folder: Path, names: set[str]) -> None:
    """Store what the notebooks say here and now, so that what is red afterwards is the change's doing."""
    notebooks = [f"notebooks/{name}.ipynb" for name in sorted(names)]
    command = [sys.executable, ".ci/execute_notebooks.py", *notebooks]
    if notebooks:
        subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(folder)}, check=True)


def tried(change: Change, folder: Path, stamp: int) -> tuple[str, str]:
    """What caught the change, and what a notebook said. A file's compiled form is told by the time of its source."""
    path, before = folder / change.file, (folder / change.file).read_text("utf-8")
    if before.count(change.old) != 1:
        return f"**stands there {before.count(change.old)} times**", ""
    when = path.stat().st_mtime
    try:
        path.write_text(before.replace(change.old, change.new), "utf-8")
        os.utime(path, (stamp, stamp))
        files, _, word = change.tests.partition(" -k ")
        passed, failed = run_tests(folder, "\n".join(files.split()), word.strip(' "'))
        red = run_notebook(folder, change.notebook) if change.notebook else ""
    finally:
        path.write_text(before, "utf-8")
        os.utime(path, (when, when))
    if "::" in failed and failed not in SOUND:
        assert run_tests(folder, failed)[0], f"{failed} fails before anything is changed"
        SOUND.add(failed)
    caught = (f"equivalent: {change.same}" if change.same else "**survives**") if passed else f"`{failed}`"
    return caught, "" if red == "" else f"{change.notebook}: {red or '**green**'}"


@contextmanager
def lent(free: Queue):
    """A copy of the project that nobody else uses meanwhile."""
    folder = free.get()
    try:
        yield folder
    finally:
        free.put(folder)


def main(word: str = "") -> None:
    """Try them, say how each went, and write the table."""
    load()
    again = word == "again"
    chosen = [change for change in changes() if again or word in f"{change.file} {change.old} {change.new}"]
    rows, free, begun = stored(chosen) if again else [None] * len(chosen), Queue(), time.monotonic()
    left = [i for i, row in enumerate(rows) if row is None]
    with tempfile.TemporaryDirectory() as parent, ThreadPoolExecutor(WORKERS) as pool:
        folders = [copy_of_project(Path(parent), number) for number in range(WORKERS)]
        execute(folders[0], {chosen[i].notebook for i in left if chosen[i].notebook})
        for folder in folders[1:]:
            shutil.copytree(folders[0] / "notebooks", folder / "notebooks", dirs_exist_ok=True)
        for folder in folders:
            free.put(folder)

        def one(i: int) -> None:
            with lent(free) as folder:
                rows[i] = tried(chosen[i], folder, 1_000_000_000 + i)
            change = chosen[i]
            print(f"{i + 1:3d} {change.file}: {change.old} => {change.new}", *rows[i], sep="\n    ", flush=True)

        list(pool.map(one, left))
    print(f"{(time.monotonic() - begun) / 60:.0f} minutes on {WORKERS} processes")
    said = summary(chosen, rows)
    print(said)
    if again or not word:
        TABLE.write_text(table(chosen, rows, said), "utf-8")


def stored(chosen: list[Change]) -> list[tuple[str, str] | None]:
    """What the table says of each; None, where it says nothing, or that the change is not caught."""
    said = {}
    for line in TABLE.read_text("utf-8").splitlines():
        if " → " in line and "**" not in line:
            name, caught, red = line.removesuffix(" |").rsplit(" | ", 2)
            said[name] = caught, red.strip("·")
    return [said.get(row_name(change)) for change in chosen]


def row_name(change: Change) -> str:
    """The first two cells of its row."""
    return f"| {change.file.removeprefix('eos/')} | {code(change.old)} → {code(change.new)}"


def summary(chosen, rows) -> str:
    """The totals."""
    caught = sum(row[0].startswith("`") for row in rows)
    same = sum(row[0].startswith("equivalent") for row in rows)
    red = [row[1] for row in rows if row[1]]
    lost = len(rows) - caught - same
    return (
        f"{len(chosen)} changes: {caught} caught by the tests named, {same} equivalent, {lost} not caught. "
        f"Of {len(red)} that change what a notebook claims, {sum('**' not in cell for cell in red)} turn a cell red."
    )


def code(text: str) -> str:
    """It as code in a cell of a table."""
    return "`" + text.replace("\n", " ").replace("|", "\\|").strip() + "`"


def table(chosen, rows, said: str) -> str:
    """All of it, to be read."""
    head = ["# Wrong changes", "", f"Written by `python benchmarks/mutations.py`. {said}", ""]
    head += ["| file | change | caught by | notebook |", "| --- | --- | --- | --- |"]
    lines = [f"{row_name(change)} | {row[0]} | {row[1] or '·'} |" for change, row in zip(chosen, rows, strict=True)]
    return "\n".join([*head, *lines, ""])


if __name__ == "__main__":
    main(*sys.argv[1:])
