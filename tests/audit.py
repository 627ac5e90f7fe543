"""What the package does with the machine, heard by Python's own audit hook from the moment this is imported on.

Whoever acts while a function of `eos` is at work acts for it: what is forbidden is noted, with the line of `eos`, and
each test asserts that nothing was. Libraries may read their own files, and Matplotlib's cache; only `eos` itself is
held to its folder. Text is code when it is executed; `ast.parse` reads it without.
"""

import os
import sys
import sysconfig
from pathlib import Path

HOME = str(Path(__file__).resolve().parents[1] / "eos") + os.sep
FORBIDDEN = {
    "socket.__new__", "socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "urllib.Request",
    "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.startfile", "pty.spawn",
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.chmod", "os.link", "os.symlink", "os.truncate",
    "shutil.rmtree", "shutil.copyfile", "shutil.move", "tempfile.mkstemp", "tempfile.mkdtemp", "webbrowser.open",
    "ctypes.dlopen", "pickle.find_class", "marshal.loads",
}  # fmt: skip
MAKERS = "dataclasses.py", "typing.py", f"collections{os.sep}__init__.py", "enum.py", "functools.py"
"""Of the standard library: they make classes out of text of their own."""
PYTHON = {sys.prefix, sys.base_prefix, os.path.dirname(os.__file__), sysconfig.get_path("purelib")} - {"/"}
PYTHON |= {path for path in sys.path if path.endswith(".zip")}
READS = *PYTHON, *(str(Path(path).resolve()) for path in PYTHON)
"""Where libraries lie; all of a browser's Python lies at the root of its machine."""
found: list[str] = []


def hook(event, arguments):
    """Note what is not allowed."""
    if event in FORBIDDEN or event in ("open", "exec"):
        stack = frames()
        if stack and not allowed(event, arguments, stack):
            ours = next(frame for frame in stack if frame[0].startswith(HOME))
            found.append(f"{event} {arguments[:1]!r:.120} at {ours[0].removeprefix(HOME)}:{ours[1]}")


def frames() -> list[tuple[str, int]]:
    """File and line of all that is at work, the last first, where any of it is ours and no module is being imported."""
    frame, stack, ours = sys._getframe(2), [], False
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith("<frozen importlib") and not ours:
            return []
        ours = ours or name.startswith(HOME)
        stack.append((name, frame.f_lineno))
        frame = frame.f_back
    return stack if ours else []


def allowed(event, arguments, stack) -> bool:
    """Whether this may be, with us at work."""
    if event == "exec":
        return not (stack[0][0].startswith(HOME) or recipe(stack)) or stack[0][0].endswith(MAKERS)
    if event == "open":
        path, mode, flags = arguments
        if not isinstance(path, str | bytes) or (isinstance(mode, str) and set(mode) & set("wax+")):
            return not isinstance(path, str | bytes) and not (isinstance(mode, str) and set(mode) & set("wax+"))
        if isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            return False
        place = os.path.abspath(os.fsdecode(path))
        own = stack[0][0].startswith(HOME) or stack[0][0].endswith("pathlib.py")
        return place.startswith(HOME) or (not own and place.startswith((*READS, *fonts())))
    return False


def recipe(stack) -> bool:
    """Whether a recipe is being read, or an answer checked."""
    return any(name.endswith((f"widgets{os.sep}recipe.py", f"exercises{os.sep}__init__.py")) for name, _ in stack)


def fonts() -> tuple[str, ...]:
    """Where fonts and Matplotlib's cache are."""
    cache = os.environ.get("MPLCONFIGDIR") or os.path.expanduser("~/.cache/matplotlib")
    return cache, "/usr/share/fonts", "/usr/local/share/fonts", os.path.expanduser("~/.config/matplotlib")


def taken() -> list[str]:
    """What was noted since the last time."""
    told = found[:]
    found.clear()
    return told


sys.addaudithook(hook)
