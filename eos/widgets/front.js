// The page's side of a panel: it shows what Python says, and reports what hands and keys do. All meaning is in Python.
//
// Python gives   shape    title, sliders, bars of buttons, places to touch: what seldom changes
//                marks    where each slider stands, and its edge: with every picture
//                buttons  text, title, pressed and disabled, by id
//                words    reading, alt text, recipe, problem; tip: what the pointer is on
//                picture  PNG bytes; scale: 1 as drawn while the hand moves
// and gets       {n, ops}: turn, touch, hover, press, paste, rest, here, in the order in which they happened.

const MERGED = ["turn", "touch", "hover"];  // of these only the newest counts
const PATIENCE = 3000;  // ms until something is sent although the last has not been answered
const REST = 500;  // ms without a new picture until a sharp one is asked for
const HOLD = 400, REPEAT = 70;  // ms until a button that is held repeats, and from one time to the next
const PLAY = 140;  // ms from step to step
const HERE = 5000;  // ms from one sign of life to the next
const BESIDE = 316;  // px that the controls take beside the picture
const LEAST = 380;  // px of width below which no picture can be read
const LARGEST = 1.6;  // times its own size, as far as a picture grows
const CODE = 64;  // px for the cell above
const KEEPS = Symbol.for("eos keeps pictures");  // on a notebook that has been told to

/** One message is under way at a time; meanwhile newer values take the place of older ones. */
function sender(model) {
  let n = 0, underWay = [], timer;
  const ops = [];
  const flush = () => {
    if (underWay.length || !ops.length) return;
    underWay = ops.splice(0);
    n = Math.max(n, model.get("seen")) + 1;
    try { model.send({ n, ops: underWay }); } catch { ops.length = 0; }  // the kernel has gone
    timer = setTimeout(() => { underWay = []; flush(); }, PATIENCE);
  };
  model.on("change:seen", () => {
    if (model.get("seen") < n) return;
    clearTimeout(timer);
    underWay = [];
    flush();
  });
  const send = op => {
    const [kind] = Object.keys(op), last = ops.at(-1);
    if (last && kind in last && MERGED.includes(kind)) last[kind] = { ...last[kind], ...op[kind] };
    else ops.push(op);
    flush();
  };
  send.turning = () => [...underWay, ...ops].some(op => "turn" in op);  // Python does not know the newest value yet
  return send;
}

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  made.setAttribute("data-lm-suppress-shortcuts", "true");  // Notebook 7 would take the arrow keys before we see them
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/** Calls act once, and again and again while the mouse, a finger, Space or Enter holds the button. */
function held(button, act) {
  let timer;
  const stop = () => clearTimeout(timer);
  const again = () => { act(); timer = setTimeout(again, REPEAT); };
  button.addEventListener("pointerdown", event => {
    if (event.button || button.disabled) return;
    act();
    timer = setTimeout(again, HOLD);
  });
  for (const end of ["pointerup", "pointerleave", "pointercancel", "blur"]) button.addEventListener(end, stop);
  button.addEventListener("keydown", event => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    if (!button.disabled) act();
  });
  button.addEventListener("click", event => { if (!event.detail) act(); });  // by a screen reader, not by a hand
}

/** A row: name, number box, - and +, a handle on its track with the mark of the edge. */
function row(slider, send, gesture) {
  const last = slider.texts.length - 1, { id, label } = slider;
  let place = 0, typing = false;  // what is half typed is not written over
  const say = value => send({ turn: { [id]: value, gesture: gesture() } });
  const box = element("input", {
    type: "text", inputmode: "decimal", class: "eos-box", "aria-label": `${label}, number`, title: slider.hint,
    oninput: () => { typing = true; },
    onblur: () => { typing = false; },
    onchange: () => { typing = false; say(box.value); },
    onkeydown: event => {
      const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (step) { event.preventDefault(); move(step); }
    },
  });
  const range = element("input", {
    type: "range", min: 0, max: last, step: 1, class: "eos-handle", "aria-label": label,
    title: `${label}: drag, or press the arrow keys; a double click sets it back`,
    oninput: () => go(Number(range.value)),
    ondblclick: () => send({ press: `reset ${id}` }),
    onkeydown: event => {  // five positions, as in the programs that readers know; the browser's own are a tenth
      const step = { PageUp: 5, PageDown: -5 }[event.key];
      if (step) { event.preventDefault(); move(step); }
    },
  });
  const less = element("button", { type: "button", class: "eos-step", title: `less: ${label}` }, "−");
  const more = element("button", { type: "button", class: "eos-step", title: `more: ${label}` }, "+");
  const mark = element("i", { hidden: "" }), edge = element("b");
  const show = position => {
    place = position;
    range.value = Math.round(position);
    range.style.setProperty("--part", last ? range.value / last : 0);
  };
  const go = position => {
    show(position);
    box.value = slider.texts[position];
    range.setAttribute("aria-valuetext", box.value);
    say(position);
  };
  const move = step => {
    const next = step > 0 ? Math.floor(place) + step : Math.ceil(place) + step;
    const there = Math.min(Math.max(next, 0), last);
    if (there !== place) go(there);
    return there < last;
  };
  held(less, () => move(-1));
  held(more, () => move(1));
  const whole = element("div", { class: "eos-row" }, element("span", { class: "eos-label" }, label), box, less,
    element("span", { class: "eos-track" }, range, mark), more, edge);
  return {
    whole, move,
    first: () => go(0),
    atEnd: () => place >= last,
    update({ place: position, text, edge: told }) {
      if (!send.turning()) {
        show(position);
        if (!typing) box.value = text;
        range.setAttribute("aria-valuetext", text);
      }
      edge.textContent = told ? told.text : "";
      mark.hidden = (told?.part ?? null) === null;  // from a browser's Python, None comes as undefined
      if (!mark.hidden) mark.style.setProperty("--part", told.part);
    },
    disable(off) { for (const part of [box, range, less, more]) part.disabled = off; },
  };
}

/** Adds a step at a pace to the slider of that id, until it is pressed again or the end is reached. */
function ticker(button, slider) {
  let timer = null;
  const show = on => {
    button.textContent = on ? "❚❚ Pause" : "▶ Play";
    button.setAttribute("aria-pressed", on);
  };
  const stop = () => { clearInterval(timer); timer = null; show(false); };
  button.addEventListener("click", () => {
    if (timer !== null) return stop();
    if (slider.atEnd()) slider.first();
    timer = setInterval(() => { if (!button.isConnected || !slider.move(1)) stop(); }, PLAY);
    show(true);
  });
  show(false);
  return stop;
}

function isDark(node) {
  for (let at = node; at; at = at.parentElement) {
    const [r, g, b, alpha = 1] = (getComputedStyle(at).backgroundColor.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
    if (alpha > 0.5) return 0.3 * r + 0.6 * g + 0.1 * b < 110;
  }
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

/** The height of what scrolls around the panel: the window, or a part of it, but not an output alone. */
function roomAround(node) {
  let room = window === window.top ? window.innerHeight : 0.7 * screen.availHeight;
  for (let at = node.parentElement; at; at = at.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(at).overflowY) && at.scrollHeight > 0) {
      if (!at.closest(".jp-OutputArea, .output_scroll")) room = Math.min(room, at.clientHeight);
    }
  }
  return room;
}

/** A notebook keeps the last picture of each panel, so that it can be seen when no kernel runs. */
function keepWithNotebook(manager) {
  const context = manager?.context;
  if (!context?.saveState || context[KEEPS]) return;
  context[KEEPS] = true;
  context.saveState.connect((_, state) => {
    if (state !== "started" || !context.model?.setMetadata) return;
    const stored = JSON.stringify(context.model.toJSON()), kept = manager.get_state_sync({ drop_defaults: true });
    for (const [id, { model_name }] of Object.entries(kept.state)) {
      if (model_name === "AnyModel" && !stored.includes(id)) delete kept.state[id];
    }
    context.model.setMetadata("widgets", { "application/vnd.jupyter.widget-state+json": kept });
  });
}

function render({ model, el }) {
  const send = sender(model);
  let gestures = 0, rows = {}, keys = {}, stops = [], address = "", resting, down = false, pasting = false;
  const gesture = () => gestures;
  const title = element("span", { class: "eos-title" }), head = element("div", { class: "eos-head" }, title);
  const image = element("img", { class: "eos-picture", draggable: "false" });
  const tip = element("output", { class: "eos-tip", "aria-hidden": "true" });
  const paper = element("div", { class: "eos-paper" }, image, tip);
  const reading = element("p", { class: "eos-reading", role: "status", "aria-live": "polite" });
  const asleep = element("p", { class: "eos-asleep", hidden: "" }, "Run this cell to drag.");
  const stage = element("div", { class: "eos-stage" }, paper, asleep);
  const recipe = element("input", {
    type: "text", "aria-label": "recipe", title: "all values in one line: paste one here to restore its picture",
    spellcheck: "false", oninput: () => { pasting = true; }, onblur: () => { pasting = false; },
    onchange: () => { pasting = false; send({ paste: recipe.value }); },
  });
  const copy = element("button", { type: "button", title: "copy the recipe", onclick: () => {
    (navigator.clipboard?.writeText(recipe.value) ?? Promise.reject()).catch(() => {
      recipe.select();
      document.execCommand("copy");
    });
    copy.textContent = "Copied";
    setTimeout(() => { copy.textContent = "Copy"; }, 1500);
  } }, "Copy");
  const line = element("div", { class: "eos-recipe" }, element("span", {}, "recipe"), recipe, copy);
  const fault = element("span", { class: "eos-fault", role: "alert" });
  const progress = element("progress", { max: 1, "aria-label": "progress", hidden: "" });
  const sliders = element("div", { class: "eos-sliders" }), bars = element("div", { class: "eos-bars" });
  const controls = element("div", { class: "eos-controls" }, sliders, bars, progress, line, fault);
  const body = element("div", { class: "eos-body" }, stage, reading, controls);
  const root = element("div", { class: "eos-panel" }, head, body);
  el.append(root);

  function button(id) {
    const made = element("button", { type: "button", "data-id": id });
    const { plays, repeats } = model.get("buttons")[id];
    if (plays) stops.push(ticker(made, rows[plays]));
    else if (repeats) held(made, () => send({ press: id }));
    else made.addEventListener("click", () => send({ press: id }));
    return keys[id] = made;
  }

  function build() {
    const shape = model.get("shape");
    for (const stop of stops) stop();
    rows = {}; keys = {}; stops = [];
    title.textContent = shape.title;
    stage.hidden = !shape.picture;
    line.hidden = !shape.recipe;
    for (const slider of shape.sliders) rows[slider.id] = row(slider, send, gesture);
    sliders.replaceChildren(...Object.values(rows).map(({ whole }) => whole));
    head.replaceChildren(title, ...shape.tools.map(button));
    bars.replaceChildren(...shape.bars.map(([name, ids]) =>
      element("div", { class: "eos-bar", role: "group", "aria-label": name }, ...ids.map(button))));
    for (const old of paper.querySelectorAll(".eos-touch")) old.remove();
    for (const area of shape.touch) paper.append(touchable(area));
    update();
    fit();
  }

  /** A part of the picture that is dragged: {axes, left, top, width, height, hint}, parts of the whole. */
  function touchable({ axes, left, top, width, height, hint }) {
    const place = event => {
      const box = image.getBoundingClientRect();
      send({ touch: { axes, gesture: gesture(),
        x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height } });
    };
    const area = element("div", {
      class: "eos-touch", title: hint,
      style: `left:${100 * left}%;top:${100 * top}%;width:${100 * width}%;height:${100 * height}%`,
      onpointerdown: event => {
        if (event.button) return;
        area.setPointerCapture(event.pointerId);
        place(event);
      },
      onpointermove: event => { if (area.hasPointerCapture(event.pointerId)) place(event); },
    });
    return area;
  }

  function update() {
    const marks = model.get("marks"), buttons = model.get("buttons");
    for (const [id, mark] of Object.entries(marks)) rows[id]?.update(mark);
    for (const [id, key] of Object.entries(keys)) {
      const { text, title: hint, pressed, disabled, plays } = buttons[id] ?? {};
      if (!plays) {
        key.textContent = text;
        if (pressed !== undefined) key.setAttribute("aria-pressed", pressed);
      }
      key.title = hint ?? text;
      key.disabled = !!disabled;
    }
    root.classList.toggle("eos-lecture", model.get("lecture"));
    for (const each of Object.values(rows)) each.disable(model.get("frozen"));
  }

  function speak() {
    const words = model.get("words");
    reading.textContent = words.reading ?? "";
    reading.hidden = !words.reading && !model.get("shape").picture;
    const tall = parseFloat(reading.style.minHeight) || 0;  // once a long text has been there, its place is kept:
    if (reading.offsetHeight > tall) reading.style.minHeight = `${reading.offsetHeight}px`;  // no control moves away
    image.alt = words.alt ?? "";
    if (!pasting) recipe.value = words.recipe ?? "";
    fault.textContent = words.fault ?? "";
    const share = model.get("share") ?? null;
    progress.hidden = share === null;
    progress.value = share ?? 0;
  }

  function draw() {
    const old = address;
    address = URL.createObjectURL(new Blob([model.get("picture")], { type: "image/png" }));
    image.src = address;
    if (old) image.decode().catch(() => {}).finally(() => URL.revokeObjectURL(old));
    rest();
  }

  function rest() {
    clearTimeout(resting);
    resting = setTimeout(settle, REST);
  }

  /** When the hand rests, all is made to fit, and the picture asked for at the page's own pixels, unless it is near. */
  function settle() {
    if (down) return rest();  // a new layout would take the handle out of the hand
    fit();
    const wanted = image.clientWidth * devicePixelRatio / model.get("shape").size[0];
    if (wanted && Math.abs(wanted / model.get("scale") - 1) > 0.04) send({ rest: wanted });
  }

  /** As large a picture as lets the whole panel be seen at once. */
  function fit() {
    const [width, height] = model.get("shape").size, column = root.clientWidth;
    if (!width || !column) return;
    const room = roomAround(root) - CODE, least = BESIDE * (model.get("lecture") ? 1.3 : 1);
    const tried = [false, true].map(beside => {  // the controls below the picture, or beside it
      root.classList.toggle("eos-beside", beside);
      const wide = beside ? column - least : column, above = head.offsetHeight + reading.offsetHeight;
      if (beside && above + 120 < controls.offsetHeight + head.offsetHeight - room) return 0;
      return Math.min(wide, (room - above - (beside ? 0 : controls.offsetHeight)) * width / height);
    });
    root.classList.toggle("eos-beside", tried[1] > tried[0]);
    const best = Math.min(Math.max(...tried, Math.min(LEAST, column)), LARGEST * width);
    root.style.setProperty("--picture", `${Math.floor(best)}px`);
  }

  function dress() {
    root.classList.toggle("eos-dark", isDark(el));
  }

  async function wake() {
    const id = model.get("me"), known = await model.widget_manager?.get_model?.(id).catch(() => null);
    if (!known || known.comm_live !== false) return;
    asleep.hidden = false;
    for (const part of root.querySelectorAll("input, button")) part.disabled = true;
    for (const area of root.querySelectorAll(".eos-touch")) area.remove();
  }

  const ownKeys = event => {
    event.stopPropagation();
    gestures += event.repeat ? 0 : 1;
    const undo = event.key === "z" && (event.ctrlKey || event.metaKey) && keys.undo;
    if (undo && event.target.type !== "text") { event.preventDefault(); keys.undo.click(); }
  };
  root.addEventListener("keydown", ownKeys);
  for (const kind of ["keyup", "keypress"]) root.addEventListener(kind, event => event.stopPropagation());
  root.addEventListener("pointerdown", () => { gestures += 1; down = true; }, true);
  paper.addEventListener("pointermove", event => {
    if (event.buttons) return;
    const box = image.getBoundingClientRect();
    send({ hover: { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height } });
  });
  paper.addEventListener("pointerleave", () => send({ hover: { x: -1, y: -1 } }));

  const told = () => {
    const { text, x, y } = model.get("tip");
    tip.textContent = text ?? "";
    if (text) Object.assign(tip.style, { left: `${100 * x}%`, top: `${100 * y}%` });
    tip.classList.toggle("eos-left", x > 0.6);
  };
  const watched = {
    "change:shape": build, "change:marks": update, "change:buttons": update, "change:frozen": update,
    "change:seen": update, "change:lecture": () => { update(); fit(); }, "change:words": speak,
    "change:share": speak, "change:picture": draw, "change:tip": told,
  };
  for (const [event, act] of Object.entries(watched)) model.on(event, act);
  let column = 0;
  const sized = new ResizeObserver(() => {
    if (el.clientWidth === column) return;
    reading.style.minHeight = "";
    column = el.clientWidth;
    fit();
    rest();
  });
  const released = () => { down = false; };
  const themed = new MutationObserver(dress);
  sized.observe(el);
  window.addEventListener("resize", rest);
  for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, released, true);
  for (const node of [document.documentElement, document.body]) {
    themed.observe(node, { attributeFilter: ["class", "style", "data-jp-theme-light", "data-vscode-theme-kind"] });
  }
  const life = model.get("shape").alive ? setInterval(() => send({ here: true }), HERE) : null;
  build();
  speak();
  if (model.get("shape").picture) draw();
  requestAnimationFrame(() => { dress(); fit(); });
  wake();
  try {
    keepWithNotebook(model.widget_manager);
  } catch (error) {
    console.debug("eos: the picture is not kept with the notebook", error);
  }

  return () => {
    for (const stop of stops) stop();
    for (const [event, act] of Object.entries(watched)) model.off(event, act);
    sized.disconnect();
    themed.disconnect();
    window.removeEventListener("resize", rest);
    for (const end of ["pointerup", "pointercancel"]) window.removeEventListener(end, released, true);
    clearInterval(life);
    clearTimeout(resting);
    URL.revokeObjectURL(address);
  };
}

export default { render };
