// The unit tests of `eos` in the Python of the browser, under Node.
//
//     python .ci/build_site.py --tests
//     node .ci/pyodide_tests.mjs [arguments of pytest]
//
// Left out: what reads notebooks and set-up files, and what needs a kernel, a process or a browser.

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
const left = ["browser", "test_project.py", "test_course.py", "test_house.py", "test_site.py"];
const given = process.argv.slice(2);
const args = [
  "-c", "/dev/null", "--rootdir", "/course", "-p", "no:cacheprovider", "-q", "-W", "error", "-W", "ignore:'return' in a 'finally':SyntaxWarning", "--tb=line",
  ...left.map(name => `--ignore=/course/tests/${name}`), ...(given.length ? given : ["/course/tests"]),
];
pyodide.globals.set("arguments", pyodide.toPy(args));
const failed = await pyodide.runPythonAsync(`
import os, pytest
os.chdir("/course")
os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = "/tmp/hypothesis"
int(pytest.main(list(arguments)))
`);
process.exit(failed);
