// The first moving picture: one picture for each place of the slider, made when the site is built.

const moving = document.getElementById("moving"), slider = moving.querySelector("input");
const image = moving.querySelector("img"), reading = moving.querySelector("p");
const play = moving.querySelector("button");
const frames = JSON.parse(document.getElementById("frames").textContent);
const pictures = frames.map(frame => Object.assign(new Image(), { src: frame.src }));
const PACE = 80;  // ms from picture to picture
let timer = null;

function show() {
  const frame = frames[slider.value];
  image.src = frame.src;
  image.alt = frame.reading;
  reading.textContent = frame.reading;
  slider.setAttribute("aria-valuetext", frame.value);
}

function rest() {
  clearInterval(timer);
  timer = null;
  play.textContent = "Play";
}

function run() {
  if (timer) return rest();
  if (slider.value === slider.max) slider.value = 0;
  play.textContent = "Pause";
  timer = setInterval(() => {
    if (slider.value === slider.max) return rest();
    if (!pictures[+slider.value + 1].complete) return;
    slider.value = +slider.value + 1;
    show();
  }, PACE);
}

slider.addEventListener("input", () => { rest(); show(); });
play.addEventListener("click", run);
show();
// Once, and for less than five seconds; not for those who have asked their system for less motion.
if (!matchMedia("(prefers-reduced-motion: reduce)").matches) run();
