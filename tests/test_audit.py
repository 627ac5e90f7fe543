"""The package opens no socket, writes nothing, reads its own data alone and executes no text; and it would be noticed.

`audit` listens during the whole run; here it is shown that it hears.
"""

import subprocess
import sys
from pathlib import Path

import audit
import pytest

import eos
from eos import digits, explorers

INSIDE = str(Path(eos.__file__).parent / "invented.py")


def as_if_in_eos(text: str, **names) -> list[str]:
    """What is noted when a file of the package does this."""
    audit.taken()
    exec(compile(text, INSIDE, "exec"), {**names})
    return audit.taken()


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("import socket\ns = socket.socket()\ns.close()", "socket.__new__"),
        ("from urllib.request import *\ntry: urlopen('http://127.0.0.1:9')\nexcept OSError: 0", "urllib.Request"),
        ("import subprocess, sys\nsubprocess.run([sys.executable, '-c', ''])", "subprocess.Popen"),
        ("import os\nos.system('')", "os.system"),
        ("open(path).close()", "open"),
        ("from pathlib import Path\nPath(path).read_text()", "open"),
        ("import numpy\nnumpy.loadtxt(path)", "open"),
        ("open(other, 'w').close()", "open"),
        ("import os\nos.remove(other)", "os.remove"),
        ("eval('1 + 1')", "exec"),
        ("exec('x = 1')", "exec"),
        ("import pickle\npickle.loads(pickle.dumps(print))", "pickle.find_class"),
    ],
)
def test_what_the_package_may_not_do_is_noticed(tmp_path, text, event):
    path, other = tmp_path / "data.txt", tmp_path / "other.txt"
    path.write_text("1")
    other.write_text("2")
    noted = as_if_in_eos(text, path=str(path), other=str(other))
    assert any(line.startswith(event) and "invented.py" in line for line in noted), noted


@pytest.mark.parametrize(
    "text",
    [
        "open(own, 'rb').close()",
        "import ast\nast.parse('f(1)')",
        "import typing\ntyping.NamedTuple('A', [('b', int)])",
    ],
)
def test_what_it_may_do_is_not(text):
    own = Path(eos.__file__).parent / "data" / "digits.npz"
    assert as_if_in_eos(text, own=str(own)) == []


def test_what_others_do_is_their_own(tmp_path):
    (tmp_path / "data.txt").write_text("1")
    exec("open(path).close(); eval('1')", {"path": tmp_path / "data.txt"})
    assert audit.taken() == []


def test_a_test_during_which_something_was_noticed_fails(tmp_path):
    naughty = f"""
    import audit
    def test_it():
        exec(compile("eval('1')", {INSIDE!r}, "exec"), {{}})
    """
    for name in ("audit.py", "conftest.py"):
        (tmp_path / name).write_text((Path(__file__).parent / name).read_text("utf-8").replace(
            "Path(__file__).resolve().parents[1]", f"Path({str(Path(__file__).resolve().parents[1])!r})"
        ), "utf-8")  # fmt: skip
    (tmp_path / "test_naughty.py").write_text("\n".join(line[4:] for line in naughty.splitlines()), "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", "."]
    said = subprocess.run([*command, "test_naughty.py"], cwd=tmp_path, capture_output=True, text=True).stdout
    assert "1 failed" in said and "exec" in said and "invented.py:1" in said, said


def test_data_pictures_and_recipes_are_quiet():
    from eos.potentials.datasets import _raw_digits

    _raw_digits.cache_clear()
    digits(10)
    parabola = explorers.parabola()
    parabola.still(eta=[0.1, 1.1])
    assert parabola.parse(parabola.recipe()) == parabola.values()
    with pytest.raises(ValueError):
        parabola.parse("parabola(eta=__import__('os').system('true'))")
    assert audit.taken() == []
