"""The still pages: a page for each notebook as it is stored, the front page, and one for the library."""

import html
import inspect
import json
import re
import shutil
import subprocess
from pathlib import Path
from string import Template

import nbformat
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

HERE = Path(__file__).parent
KATEX = "katex@0.19.1"
SET = """
const katex = require(process.argv[1]), fs = require('fs');
const set = ([tex, display]) => katex.renderToString(tex, {displayMode: display, throwOnError: true, strict: 'ignore'});
process.stdout.write(JSON.stringify(JSON.parse(fs.readFileSync(0, 'utf8')).map(set)));
"""
"""Formulas are set when the site is built, as HTML to see and MathML to hear: pages need no script for them."""
LIVE = "lite"
OUTPUT = '<div class="output" tabindex="0" role="group" aria-label="output">{}</div>'
TITLE = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")


class Formulas:
    """Formulas met while pages are written; a mark stands for each until all are set at once."""

    def __init__(self):
        self._met = []

    def mark(self, tex: str, options: dict) -> str:
        """What stands for one."""
        self._met.append((tex.strip(), bool(options.get("display_mode"))))
        return f"\x02{len(self._met) - 1}\x03"

    def put(self, pages: dict[str, str], katex: Path) -> dict[str, str]:
        """The pages with their formulas; what KaTeX does not know ends the build."""
        answer = subprocess.run(
            [shutil.which("node"), "-e", SET, str(katex / "dist" / "katex.js")],
            input=json.dumps(self._met), capture_output=True, text=True, check=True, encoding="utf-8",
        )  # fmt: skip
        made = [
            f'<span class="formula" tabindex="0" style="display:block">{text}</span>' if display else text
            for text, (_, display) in zip(json.loads(answer.stdout), self._met, strict=True)
        ]
        return {
            name: re.sub(r"\x02(\d+)\x03", lambda found: made[int(found[1])], page) for name, page in pages.items()
        }


def reader(formulas: Formulas) -> MarkdownIt:
    """Markdown as notebooks have it: tables, HTML, formulas between dollars, anchors as JupyterLab makes them."""
    markdown = MarkdownIt("commonmark", {"html": True, "highlight": coloured}).enable("table")
    markdown.use(dollarmath_plugin, renderer=formulas.mark, allow_space=False, double_inline=True)

    def heading(self, tokens, i, options, env):
        name = tokens[i + 1].content.replace(" ", "-")
        return f'<{tokens[i].tag} id="{html.escape(name)}">'

    def table(self, tokens, i, options, env):
        return '<div class="wide" tabindex="0" role="group" aria-label="table"><table>'

    markdown.add_render_rule("heading_open", heading)
    markdown.add_render_rule("table_open", table)
    markdown.add_render_rule("table_close", lambda *_: "</table></div>\n")
    return markdown


def coloured(code: str, language: str = "python", _=None) -> str:
    """Code, Python with its colours, in a box that keys can scroll."""
    inside = highlight(code, PythonLexer(), HtmlFormatter(nowrap=True)) if language == "python" else html.escape(code)
    return f'<pre tabindex="0"><code>{inside.rstrip()}</code></pre>'


def output_html(output) -> str:
    """What one stored output shows."""
    if output.output_type == "stream":
        return f'<pre tabindex="0">{html.escape(output.text.rstrip())}</pre>'
    if output.output_type == "error":
        return f'<pre tabindex="0">{html.escape(f"{output.ename}: {output.evalue}")}</pre>'
    if "text/html" in output.data:
        return output.data["text/html"]
    return f"<p>{html.escape(output.data['text/plain'])}</p>"


def notebook_html(path: Path, markdown: MarkdownIt) -> str:
    """All cells of a stored notebook."""
    notebook, parts = nbformat.read(path, as_version=4), []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts.append(markdown.render(cell.source))
        elif cell.cell_type == "code":
            parts.append(f'<div class="code">{coloured(cell.source)}</div>')
            shown = "\n".join(map(output_html, cell.outputs))
            parts += [OUTPUT.format(shown)] if shown else []
    live = f"{LIVE}/notebooks/index.html?path={path.name}"
    note = f'<p class="live">A still page. <a href="{live}">Open this notebook live, with its sliders</a></p>'
    body = "\n".join(parts)
    return linked(TITLE.sub(lambda found: f"{found.group()}\n{note}", body, count=1))


def linked(page: str) -> str:
    """Links to notebooks lead to their pages, those to the site stay on it; a corner without words is no heading."""
    page = re.sub(r'href="https://[\w-]+\.github\.io/edge-of-stability/', 'href="', page)
    page = page.replace('href=""', 'href="index.html"')
    page = re.sub(r'href="(?!https?:|lite/)([^"#?]+)\.ipynb', r'href="\1.html', page)
    page = page.replace('href="README.md', 'href="instructors.html')
    return page.replace("<th></th>", "<td></td>")  # a heading without words would be read aloud


def questions(root: Path) -> list[tuple[str, str, str]]:
    """File, question and minutes of each notebook, from the table on the course's start page."""
    start = nbformat.read(root / "notebooks" / "00_start_here.ipynb", as_version=4)
    text = "\n".join(cell.source for cell in start.cells if cell.cell_type == "markdown")
    return re.findall(r"^\| \[[^]]+\]\((\w+)\.ipynb\) \| ([^|]+?) \| *([^|]*?) *\|", text, re.MULTILINE)


def table_of(notebooks: list[tuple[str, str, str]]) -> str:
    """The table on the front page."""
    lines = ["| question | minutes | with sliders |", "|---|---|---|"]
    for name, question, minutes in notebooks:
        live = f"{LIVE}/notebooks/index.html?path={name}.ipynb"
        lines.append(f"| [{question}]({name}.html) | {minutes} | [{name.split('_')[0].lstrip('0')}, live]({live}) |")
    return "\n".join(lines)


def api_html() -> str:
    """The public names of `eos`, folder by folder, with what they say of themselves."""
    import eos
    from eos import explorers, pictures

    parts = ["<h1>The library</h1>", f'<p class="doc">{words(inspect.getdoc(eos))}</p>', '<div class="api">']
    things = [(f"eos.{name}", getattr(eos, name)) for name in sorted(eos.__all__, key=str.casefold)]
    for module in (explorers, pictures):
        short = module.__name__
        names = sorted(name for name in dir(module) if not name.startswith("_"))
        found = [(f"{short}.{name}", getattr(module, name)) for name in names]
        things += [(name, thing) for name, thing in found if inspect.isroutine(thing) or inspect.isclass(thing)]
    folders = {}
    for name, thing in things:
        if inspect.isroutine(thing) or inspect.isclass(thing):
            folders.setdefault(".".join(thing.__module__.split(".")[:2]), []).append((name, thing))
    for folder, members in folders.items():
        parts.append(f"<h2><code>{folder}</code></h2>")
        parts += [described(name, thing) for name, thing in dict(members).items()]
    return "\n".join([*parts, "</div>"])


def described(name: str, thing) -> str:
    """One class or function, a class with its public methods and properties."""
    text = f'<h3 id="{name}"><code>{words(name + signature(thing))}</code></h3>\n<p class="doc">{words(doc(thing))}</p>'
    if inspect.isclass(thing):
        own = {key: value for key, value in vars(thing).items() if not key.startswith("_")}
        for key, value in own.items():
            inside = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
            if inspect.isfunction(inside) and doc(inside):
                call = "" if isinstance(value, property) else signature(inside)
                text += f'\n<p class="doc member"><code>.{words(key + call)}</code>: {words(doc(inside))}</p>'
    return text


def signature(thing) -> str:
    """How it is called, without types: they are in the words."""
    try:
        found = inspect.signature(thing)
    except (TypeError, ValueError):
        return ""
    kept = [p.replace(annotation=p.empty) for p in found.parameters.values() if p.name not in ("self", "cls")]
    text = str(found.replace(parameters=kept, return_annotation=found.empty))
    return re.sub(r"<(\w+)[^>]*>", r"\1", text)


def doc(thing) -> str:
    """Its docstring."""
    return inspect.getdoc(thing) or ""


def words(text: str) -> str:
    """Plain text as HTML, with `code` as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text or "", quote=False))


def build(root: Path, site: Path, katex: Path, moving: str, addresses: dict[str, str]) -> None:
    """Write every page. `moving` is the front page's picture, `addresses` the links that leave the site."""
    formulas, notebooks = Formulas(), questions(root)
    markdown, bodies = reader(formulas), {}
    front = Template((HERE / "index.md").read_text("utf-8"))
    filled = front.substitute(addresses, moving="\x04", table=table_of(notebooks), live=LIVE)
    bodies["index"] = markdown.render(filled).replace("<p>\x04</p>", moving)
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        bodies[path.stem] = notebook_html(path, markdown)
    bodies["instructors"] = linked(markdown.render((root / "notebooks" / "README.md").read_text("utf-8")))
    bodies["api"] = api_html()
    page = Template((HERE / "page.html").read_text("utf-8"))
    for name, body in formulas.put(bodies, katex).items():
        title = TAG.sub("", TITLE.search(body)[1]).strip()
        words_of = "An interactive course on the edge of stability of gradient descent"
        full = title if name == "index" else f"{title} · The edge of stability"
        text = page.substitute(title=full, description=words_of, body=body, repository=addresses["repository"])
        (site / f"{name}.html").write_text(text, "utf-8")
    for name in ("front.js", "icon.svg"):
        shutil.copy(HERE / name, site)
    colours = HtmlFormatter(style="default").get_style_defs("code")
    (site / "style.css").write_text((HERE / "style.css").read_text("utf-8") + contrast(colours), "utf-8")
    (site / "katex" / "fonts").mkdir(parents=True)
    shutil.copy(katex / "dist" / "katex.min.css", site / "katex")
    for font in (katex / "dist" / "fonts").glob("*.woff2"):
        shutil.copy(font, site / "katex" / "fonts")


def contrast(colours: str) -> str:
    """Only colours of code that are dark enough to be read on the box's grey: names, strings, comments, numbers."""
    dark = {".k": "#00610a", ".kn": "#00610a", ".kc": "#00610a", ".c1": "#4a5a5c", ".s1": "#a01818", ".s2": "#a01818"}
    dark |= {".mi": "#50555c", ".mf": "#50555c", ".ow": "#7a1fb5"}
    return "\n" + "\n".join(f"code {name} {{ color: {colour}; }}" for name, colour in dark.items()) + "\n"
