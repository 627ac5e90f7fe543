"""A reader's disorder: cells in any order, an interrupt, a restart, nowhere to write, a slider held down."""

import ast
import asyncio
import gc
import json
import os
import sys
import time
from pathlib import Path

import pytest
from hand import does, press, says, turn
from toy import SLIDERS, toy

from eos import explorers
from eos.live import panel as live
from eos.pictures.style import StyledFigure
from eos.widgets import screen

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def code_cells(path: Path) -> list[str]:
    """What a reader runs."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


# ---- order


class Flow(ast.NodeVisitor):
    """The names that a cell binds, and those that it needs from another."""

    def __init__(self, code: str):
        self.bound, self.needed, self.local = set(), set(), [set()]
        self.visit(ast.parse(code))

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Store):
            (self.bound if len(self.local) == 1 else self.local[-1]).add(node.id)
        elif node.id not in self.bound and not any(node.id in names for names in self.local):
            self.needed.add(node.id)

    def visit_Assign(self, node):
        for part in (node.value, *node.targets):
            self.visit(part)

    def visit_AugAssign(self, node):
        if isinstance(node.target, ast.Name) and node.target.id not in self.bound | self.local[-1]:
            self.needed.add(node.target.id)
        self.visit(node.value)

    def visit_For(self, node):
        for part in (node.iter, node.target, *node.body, *node.orelse):
            self.visit(part)

    def visit_FunctionDef(self, node):
        (self.bound if len(self.local) == 1 else self.local[-1]).add(node.name)
        self.inside(node.args, node.body)

    def visit_Lambda(self, node):
        self.inside(node.args, [node.body])

    def inside(self, given, body):
        names = {each.arg for each in (*given.args, *given.kwonlyargs, given.vararg, given.kwarg) if each}
        self.local.append(names)
        for part in body:
            self.visit(part)
        self.local.pop()

    def visit_ListComp(self, node):
        self.local.append(set())
        for each in node.generators:
            for part in (each.iter, each.target, *each.ifs):
                self.visit(part)
        for name in ("key", "value", "elt"):
            if hasattr(node, name):
                self.visit(getattr(node, name))
        self.local.pop()

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp

    def visit_ImportFrom(self, node):
        self.bound |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}

    visit_Import = visit_ImportFrom


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_cell_needs_a_name_that_two_cells_bind(path):
    """So each may be run again, after others or backwards, and finds what it found the first time."""
    cells = [Flow(code) for code in code_cells(path)]
    for name in set().union(*(cell.needed for cell in cells)):
        binders = [place for place, cell in enumerate(cells) if name in cell.bound]
        users = [place for place, cell in enumerate(cells) if name in cell.needed]
        assert len(binders) < 2, f"{name} is bound in code cells {binders}, and needed in {users}"


def test_a_name_bound_twice_is_seen():
    cells = [Flow("for x in range(3):\n    y = x"), Flow("y = [y for y in (1, 2)]"), Flow("print(y + x)\ny += 1")]
    assert [(sorted(c.bound), sorted(c.needed)) for c in cells] == [
        (["x", "y"], ["range"]), (["y"], []), ([], ["print", "x", "y"]),
    ]  # fmt: skip


# ---- in a kernel


class Kernel:
    """A kernel without a page, in a folder where nothing can be written, of a reader who has no home."""

    def __init__(self, folder: Path):
        from jupyter_client.kernelspec import KernelSpec
        from jupyter_client.manager import KernelManager

        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        self.manager = KernelManager()
        self.manager._kernel_spec = KernelSpec(argv=argv, display_name="test", language="python")
        nowhere = os.path.join(os.devnull, "none")  # which not even root can make
        places = {"HOME": nowhere, "IPYTHONDIR": nowhere, "PYTHONPATH": str(ROOT)}
        self.environment = {**os.environ, **places}
        self.folder = folder
        self.manager.start_kernel(cwd=str(folder), env=self.environment)
        self.connect()

    def connect(self):
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def run(self, code: str, interrupt_after: float | None = None) -> tuple[str, str]:
        """What it prints, with the texts of pictures, and the name of the error, if there is one."""
        said, wrong = [], ""
        asked = self.client.execute(code)
        if interrupt_after is not None:
            time.sleep(interrupt_after)
            self.manager.interrupt_kernel()
        while True:
            message = self.client.get_iopub_msg(timeout=60)
            if message["parent_header"].get("msg_id") != asked:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                said.append(content["text"])
            elif kind in ("display_data", "execute_result"):
                said.append(content["data"].get("text/plain", "") + "\n")
            elif kind == "error":
                wrong = content["ename"]
            elif kind == "status" and content["execution_state"] == "idle":
                return "".join(said), wrong

    def end(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    """One kernel for all."""
    if sys.platform == "emscripten":
        pytest.skip("a browser starts no kernels")
    folder = tmp_path_factory.mktemp("reader")
    started = Kernel(folder)
    folder.chmod(0o555)
    yield started
    started.end()
    folder.chmod(0o755)


LISTEN = f"import sys; sys.path.append({str(ROOT / 'tests')!r}); import audit; assert audit.taken() == []"
TRIED = ROOT / "notebooks" / "01_parabola.ipynb"


def test_a_notebook_twice_backwards_interrupted_and_restarted_says_the_same(kernel):
    cells = code_cells(TRIED)
    kernel.run("import matplotlib.font_manager")  # says where it keeps its fonts instead
    assert kernel.run(LISTEN) == ("", "")
    first = [kernel.run(code) for code in cells]
    assert not any(wrong for _, wrong in first)
    for code, said in reversed(list(zip(cells, first, strict=True))):
        assert kernel.run(code) == said
    endless = "for _ in range(10**6): descend(neuron, GradientDescent(0.1), (0.6, 1.2), steps=2000).loss"
    assert kernel.run(endless, interrupt_after=0.5)[1] == "KeyboardInterrupt"
    for place in range(0, len(cells), 3):
        assert kernel.run(cells[place]) == first[place], "an interrupt leaves nothing behind"
    assert kernel.run("audit.taken()") == ("[]\n", "")
    assert kernel.run("import matplotlib.pyplot; matplotlib.pyplot.get_fignums()") == ("[]\n", "")
    assert list(kernel.folder.iterdir()) == [], "nothing is written"
    kernel.manager.restart_kernel(now=True)
    kernel.client.stop_channels()
    kernel.connect()
    said, wrong = kernel.run(cells[0])
    assert said.endswith(first[0][0]) and not wrong, "the first explorer runs alone"


# ---- memory


def test_figures_do_not_pile_up_where_a_cell_is_run_again_and_again(monkeypatch):
    monkeypatch.setattr(screen, "MOST_KEPT", 3)
    toy().panel()
    gc.collect()
    before = alive()  # the last three
    panels = [toy(eta=0.1 + 0.01 * i).panel() for i in range(8)]
    gc.collect()
    assert alive() <= before + 2
    oldest, reading = panels[0], panels[0].reading
    assert oldest._repr_mimebundle_()["text/html"] == toy(eta=0.1).panel()._repr_mimebundle_()["text/html"]
    turn(oldest, eta=5)
    assert oldest.reading != reading and says(oldest, "fault") == ""
    press(oldest, "undo")
    assert oldest.reading == reading
    does(oldest, {"hover": {"x": 0.5, "y": 0.5}}, {"rest": 2.0})


def alive() -> int:
    """Figures that something holds."""
    return sum(isinstance(thing, StyledFigure) for thing in gc.get_objects())


def test_a_slider_that_is_held_down_is_one_move_and_keeps_nothing():
    panel, stops = toy().panel(), len(SLIDERS[0].values)
    start, figures = panel.values, alive()
    for i in range(200):  # as many as a page sends in ten seconds
        turn(panel, gesture=7, eta=abs(stops - 1 - i % (2 * stops - 2)))
    fresh = toy(**panel.values).panel()
    assert panel.reading == fresh.reading and panel.picture == fresh.picture
    assert alive() <= figures + 1 and len(panel._past) == 1
    press(panel, "undo")
    assert panel.values == start


# ---- a kernel that has something else to do


def test_a_training_goes_on_after_the_event_loop_stood_still():
    async def play():
        panel = explorers.training("chebyshev 4").panel()
        press(panel, "play")
        await asyncio.sleep(0.3)
        before = panel.session.run.step
        time.sleep(0.7)  # another cell runs
        await asyncio.sleep(0.1)
        caught_up = panel.session.run.step - before
        await asyncio.sleep(0.3)
        assert panel.playing and panel.session.run.step > before + caught_up
        press(panel, "play")
        await asyncio.sleep(0.1)
        assert not panel.playing and not says(panel, "fault")
        return before, caught_up

    before, caught_up = asyncio.run(play())
    most = live.PACES["watch"] * (live.MOST_DUE + 0.3)
    assert 0 < before and 0 < caught_up <= most, "no more than a fifth of a second is caught up"
