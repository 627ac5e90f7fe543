"""Live training in a real JupyterLab: it plays, obeys, pauses, and stops when nobody looks."""

import pytest
from driver import poll, write_notebook

CELL = "from eos import explorers\nlive = explorers.training(steps=300)\npanel = live.panel()\npanel"
STEP = "print(panel.session.run.step)"


@pytest.fixture
def notebook(lab, open_notebook):
    write_notebook(lab.folder / "live.ipynb", CELL)
    notebook = open_notebook("live.ipynb")
    notebook.run_all()
    notebook.page.wait_for_selector(".eos-handle")
    yield notebook
    notebook.page.context.close()


def button(notebook, name):
    return notebook.page.get_by_role("button", name=name).first


def steps(notebook) -> int:
    return int(poll(lambda: notebook.execute(STEP), 5, "what is printed"))  # a new client may miss its first lines


def grows(notebook, by: int = 5) -> bool:
    before = steps(notebook)
    try:
        poll(lambda: steps(notebook) >= before + by, 3, "more steps")
    except AssertionError:
        return False
    return True


def test_running_the_cell_starts_nothing(notebook):
    assert steps(notebook) == 300
    notebook.page.wait_for_timeout(300)
    assert steps(notebook) == 300


def test_it_plays_obeys_the_slider_and_pauses(notebook):
    picture = notebook.picture_hash()
    button(notebook, "Play").click()
    picture = notebook.new_picture(picture)
    assert notebook.new_picture(picture) != picture and grows(notebook)
    handle = notebook.page.locator(".eos-handle").first
    handle.focus()
    handle.press("End")
    poll(lambda: notebook.execute("print(panel.session.run.eta)").strip() == "0.6", 3, "the new step size")
    assert grows(notebook), "the slider must not stop it"
    button(notebook, "Pause").click()
    poll(lambda: notebook.execute("print(panel._background._task.done())").strip() == "True", 3, "the pause")
    assert not grows(notebook)
    assert not notebook.complaints


def test_a_single_step_on_a_key(notebook):
    button(notebook, "One step").focus()
    notebook.page.keyboard.press("Space")
    poll(lambda: steps(notebook) == 301, 3, "one step")
    notebook.page.keyboard.press("Space")
    poll(lambda: steps(notebook) == 302, 3, "another step")


def test_other_cells_run_meanwhile(notebook):
    button(notebook, "Play").click()
    assert notebook.execute("print(6 * 7)").strip() == "42"
    assert grows(notebook)


def test_running_its_cell_again_stops_the_old_one(notebook):
    button(notebook, "Play").click()
    assert grows(notebook)
    notebook.execute("old = panel")
    notebook.run_all()
    poll(lambda: notebook.execute("print(old._background.on, panel is old)").strip() == "False False", 5, "the stop")
    assert not grows(notebook)
    button(notebook, "Play").click()
    assert grows(notebook)


def test_clearing_the_output_stops_it(notebook):
    button(notebook, "Play").click()
    assert grows(notebook)
    notebook.page.evaluate("() => window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    poll(lambda: notebook.execute("print(panel._background.on)").strip() == "False", 5, "the stop")


def test_an_interrupt_leaves_it_alone_and_a_restart_begins_anew(notebook):
    button(notebook, "Play").click()
    assert grows(notebook)
    notebook.page.evaluate("() => window.jupyterapp.commands.execute('notebook:interrupt-kernel')")
    assert grows(notebook), "the hint beside the buttons says that an interrupt does not stop it"
    button(notebook, "Pause").click()
    poll(lambda: notebook.execute("print(panel._background.on)").strip() == "False", 3, "the pause")
    restart = """async () => {
        const context = window.jupyterapp.shell.currentWidget.sessionContext;
        await context.session.kernel.restart();
        await context.session.kernel.info;
    }"""
    notebook.page.evaluate(restart)
    notebook.run_all()
    notebook.page.wait_for_selector(".eos-handle")
    assert steps(notebook) == 300
    poll(lambda: button(notebook, "Play").is_visible(), 3, "the new view")
    button(notebook, "Play").click()
    assert grows(notebook)


def test_an_escape_pauses_and_offers_the_way_back(notebook):
    notebook.execute("panel.restore('training(eta=0.3, steps=4000)')")
    button(notebook, "η held back").click()
    notebook.page.locator(".eos-handle").first.press("End")
    button(notebook, "Play").click()
    notebook.page.get_by_text("Escaped at step").wait_for(timeout=20_000)
    assert not grows(notebook)
    button(notebook, "Go back").click()
    notebook.page.get_by_text("Escaped at step").wait_for(state="detached", timeout=5_000)
    assert notebook.execute("print(panel.session.run.eta)").strip() == "0.3"
    assert not notebook.complaints


def test_an_exception_shows_in_the_view(notebook):
    notebook.execute("panel.session.run.advance = lambda steps: 1 / 0")
    button(notebook, "Play").click()
    notebook.page.get_by_text("ZeroDivisionError").wait_for(timeout=5_000)
    assert button(notebook, "Play").is_visible()


def test_the_edge_test_draws(notebook):
    picture = notebook.picture_hash()
    button(notebook, "Edge test").click()
    notebook.new_picture(picture)
    notebook.page.get_by_text("nothing happens").wait_for(timeout=5_000)


def test_another_method_begins_anew_with_an_edge_of_its_own(lab, open_notebook):
    cell = CELL.replace("steps=300", '"chebyshev 6", method="Adam"')
    write_notebook(lab.folder / "methods.ipynb", cell)
    notebook = open_notebook("methods.ipynb")
    notebook.run_all()
    reading = notebook.page.locator(".eos-reading").first
    poll(lambda: "38/η" in reading.inner_text(), 10, "Adam's edge")
    for name, edge in (("Nesterov", "2(1+β)/((1+2β)η)"), ("gradient descent", "the sharpness is 0.27 of the edge 2/η")):
        button(notebook, "Play").click()
        poll(lambda: steps(notebook) > 0, 5, "steps")
        notebook.page.get_by_role("button", name=name, exact=True).click()
        poll(lambda e=edge: e in reading.inner_text(), 5, "the method's edge")
        assert steps(notebook) == 0 and reading.inner_text().startswith("Step 0,")
        assert notebook.page.get_by_role("button", name=name, exact=True).get_attribute("aria-pressed") == "true"
    assert not notebook.complaints
    notebook.page.context.close()
