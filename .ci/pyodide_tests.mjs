// The unit tests of `eos` in the Python of the browser, under Node.
//
//     python .ci/build_site.py --tests
//     node .ci/pyodide_tests.mjs [arguments of pytest]
//
// Left out: what reads notebooks and set-up files, what needs a kernel, a process or a browser, and, unless they are
// named, two grids of some thousand pictures, which take long there.

import { fileURLToPath } from "node:url";
import path from "node:path";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const folder = path.join(root, "build", "site", "tests");
const { loadPyodide } = await import(path.join(folder, "pyodide.mjs"));
const pyodide = await loadPyodide({ indexURL: folder + path.sep });
await pyodide.loadPackage(
  ["edge-of-stability", "pytest", "hypothesis", "scipy", "autograd"], { messageCallback: () => {} });
pyodide.FS.mkdirTree("/course");
pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root }, "/course");
const left = ["browser", "test_project.py", "test_course.py", "test_house.py", "test_links.py", "test_viewers.py"];
const long = ["test_explorers.py", "test_drawn.py"];
const given = process.argv.slice(2);
const args = [
  "-c", "/dev/null", "--rootdir", "/course", "-p", "no:cacheprovider", "-q", "-W", "error", "-W", "ignore:'return' in a 'finally':SyntaxWarning",
  "-W", "ignore::pytest.PytestUnraisableExceptionWarning",  // left by tests that ask for a loop of their own
  "--tb=short", "--durations=15",
  ...[...left, ...(given.length ? [] : long)].map(name => `--ignore=/course/tests/${name}`),
  ...(given.length ? given : ["/course/tests"]),
];
pyodide.globals.set("arguments", pyodide.toPy(args));
const failed = await pyodide.runPythonAsync(`
import asyncio, os, tempfile, pytest

os.chdir("/course")
os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = tempfile.mkdtemp()
MISSING = "start new thread", "stack switching not supported", "does not support processes"

def outside_jupyter():
    """A unit test is no cell; Pyodide would answer with a loop everywhere."""
    raise RuntimeError("no running event loop")

asyncio.get_running_loop = outside_jupyter

class Browser:
    """A test that asks for threads, processes or a loop of its own is skipped: a browser has none."""

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item, call):
        report = (yield).get_result()
        if report.failed and any(words in str(call.excinfo.value) for words in MISSING):
            report.outcome, report.longrepr = "skipped", (str(item.path), None, "not there in a browser")

int(pytest.main(list(arguments), plugins=[Browser()]))
`);
process.exit(failed);
