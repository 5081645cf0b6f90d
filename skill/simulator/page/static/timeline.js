// A guide drawn to scale: sides, steps and cues over its seconds, a cursor, and the same as a list of buttons.
// `show` takes a guide as the server tells it; `at` moves the cursor. The speaker's page and the workshop share it.

import { el, minutes, svg } from "./dom.js";

const HEIGHT = 112;
const ROWS = { side: [2, 18], step: [26, 30], cue: [62, 20] }; // y and height of each row
const BAR = { instruction: [0, 20], reminder: [8, 12], "way down": [4, 16] }; // not by colour alone
const ROOM = 1.1; // pixels a second at least: what is narrower scrolls

export class Timeline {
  /** `root` is an empty element; `go` is called with the id of the cue that somebody chooses. */
  constructor(root, { go }) {
    this.go = go;
    this.guide = null;
    this.moment = null;
    this.now = el("p", { class: "timeline-now" });
    this.hint = el("p", { class: "timeline-hint" });
    this.drawing = svg("svg", { class: "timeline-drawing", height: HEIGHT, "aria-hidden": "true" });
    this.frame = el("div", { class: "timeline-frame", tabindex: "0", role: "group",
      "aria-label": "Timeline, drawn to scale. The list of cues after it says the same." }, this.drawing);
    this.list = el("ol", { class: "cues", "aria-label": "Cues" });
    root.replaceChildren(this.now, this.frame, legend(), this.hint, this.list);
    this.frame.addEventListener("click", (event) => this.#choose(event));
    this.frame.addEventListener("pointermove", (event) => this.#point(event));
    this.frame.addEventListener("pointerleave", () => this.#explain());
    this.list.addEventListener("click", (event) => this.#press(event));
    this.list.addEventListener("keydown", (event) => this.#key(event));
    this.#explain();
  }

  /** Draw this guide, unless it is the one that is drawn; null empties the drawing. */
  show(guide) {
    const key = guide && JSON.stringify([guide.script, guide.total, guide.steps, guide.cues]);
    this.guide = guide;
    if (key !== this.key) {
      this.key = key;
      this.drawing.replaceChildren();
      this.list.replaceChildren();
      if (guide) this.#draw();
    }
    this.at(guide ? guide.at : null);
  }

  /** The cursor stands at this second of the guide; null where nobody is in it. */
  at(moment) {
    this.moment = moment;
    if (!this.guide) return void (this.now.textContent = "");
    this.cursor.setAttribute("visibility", moment === null ? "hidden" : "visible");
    if (moment !== null) {
      const x = this.#x(Math.min(moment, this.guide.total));
      for (const name of ["x1", "x2"]) this.line.setAttribute(name, x);
      this.knob.setAttribute("cx", x);
    }
    const told = this.#told(moment);
    if (told !== this.now.textContent) this.now.textContent = told; // writing the same would be drawn again
    const here = moment === null ? null : this.cueAt(moment);
    if (here !== this.here) this.#mark(here);
  }

  /** The cue that began last at this second; the first one before any. */
  cueAt(moment) {
    const cues = this.guide.cues;
    return cues.findLast((cue) => cue.start <= moment + 0.01) ?? cues[0] ?? null;
  }

  #draw() {
    const { steps, cues, sides, total } = this.guide;
    this.start = Math.min(0, ...steps.map((step) => step.start), ...cues.map((cue) => cue.start));
    this.length = Math.max(total - this.start, 1);
    this.drawing.style.minWidth = `${Math.round(this.length * ROOM)}px`;
    const marks = [];
    for (const { side, start, end } of sides) {
      const [y, height] = ROWS.side;
      marks.push(this.#box(start, end, y, height, "side"));
      marks.push(svg("text", { x: this.#x((start + end) / 2), y: y + 13, class: "side-name" }, `${side} side`));
    }
    for (const step of steps) marks.push(this.#box(step.start, step.end, ...ROWS.step, `step ${step.kind}`));
    for (const cue of cues) {
      const [down, height] = BAR[cue.kind];
      const bar = this.#box(cue.start, cue.end, ROWS.cue[0] + down, height, `cue ${cue.kind.replace(" ", "-")}`);
      bar.dataset.cue = cue.id;
      marks.push(bar);
    }
    marks.push(...this.#ticks());
    this.line = svg("line", { y1: 0, y2: 88, class: "cursor-line" });
    this.knob = svg("circle", { cy: 5, r: 5, class: "cursor-knob" });
    this.cursor = svg("g", { class: "cursor" }, this.line, this.knob);
    this.drawing.replaceChildren(...marks, this.cursor);
    this.list.replaceChildren(...cues.map((cue, index) => el("li", {}, button(cue, index, this.#stepAt(cue.start)))));
    this.here = undefined;
  }

  #ticks() {
    const every = [15, 30, 60, 120, 300].find((seconds) => this.length / seconds <= 12) ?? 600;
    const ticks = [];
    for (let second = 0; second <= this.guide.total; second += every) {
      const x = this.#x(second);
      const anchor = second + every / 2 > this.guide.total ? "end" : second - every / 2 < this.start ? "start" : "middle";
      ticks.push(svg("line", { x1: x, x2: x, y1: 86, y2: 92, class: "tick" }));
      ticks.push(svg("text", { x, y: 106, class: "tick-name", "text-anchor": anchor }, minutes(second)));
    }
    return ticks;
  }

  #x(second) {
    return `${(((second - this.start) / this.length) * 100).toFixed(3)}%`;
  }

  #box(start, end, y, height, name) {
    const width = `${((Math.max(end - start, 0) / this.length) * 100).toFixed(3)}%`;
    return svg("rect", { x: this.#x(start), y, width, height, rx: 3, class: name });
  }

  #stepAt(moment) {
    return this.guide.steps.findLast((step) => step.start <= moment + 0.01) ?? this.guide.steps[0];
  }

  #told(moment) {
    const { total, left, at, paused } = this.guide;
    if (moment === null) return `${minutes(total)} in all`;
    if (moment < 0) {
      const told = [`0:00 of ${minutes(total)}`, `way down, ${minutes(-moment)} until the clock starts`, paused && "paused"];
      return told.filter(Boolean).join(" · ");
    }
    const where = doing(this.#stepAt(moment), moment);
    const remains = at === null ? total - moment : Math.max(left - Math.max(moment - Math.max(at, 0), 0), 0);
    const told = `${minutes(Math.ceil(remains - 0.01))} left`; // what has passed is rounded down: together they make the whole
    return [`${minutes(moment)} of ${minutes(total)}`, where, told, paused && "paused"].filter(Boolean).join(" · ");
  }

  #mark(here) {
    this.here = here;
    for (const each of this.list.querySelectorAll("button")) {
      const current = here !== null && each.dataset.cue === here.id;
      if (current) each.setAttribute("aria-current", "true");
      else each.removeAttribute("aria-current");
    }
    for (const bar of this.drawing.querySelectorAll(".cue")) bar.classList.toggle("now", bar.dataset.cue === here?.id);
    if (!this.list.contains(document.activeElement)) this.#follow();
  }

  /** The button of the cue that is heard is the one the Tab key finds, and in view. */
  #follow() {
    const buttons = [...this.list.querySelectorAll("button")];
    const current = buttons.find((each) => each.hasAttribute("aria-current")) ?? buttons[0];
    for (const each of buttons) each.tabIndex = each === current ? 0 : -1;
    if (current) this.list.scrollTop = current.parentElement.offsetTop - this.list.clientHeight / 3;
    if (this.moment === null) return;
    const reached = ((this.moment - this.start) / this.length) * this.drawing.clientWidth;
    this.frame.scrollLeft = reached - this.frame.clientWidth / 2;
  }

  #under(event) {
    if (!this.guide) return null;
    const box = this.drawing.getBoundingClientRect();
    const named = event.target.dataset?.cue;
    const moment = this.start + ((event.clientX - box.left) / box.width) * this.length;
    return this.guide.cues.find((cue) => cue.id === named) ?? this.cueAt(moment);
  }

  #choose(event) {
    const cue = this.#under(event);
    if (cue) this.go(cue.id);
  }

  #point(event) {
    const cue = this.#under(event);
    if (cue) this.hint.textContent = `${minutes(cue.start)} ${cue.text}`;
  }

  #explain() {
    this.hint.textContent = "Choose a cue to go there.";
  }

  #press(event) {
    const chosen = event.target.closest("button");
    if (chosen) this.go(chosen.dataset.cue);
  }

  #key(event) {
    const buttons = [...this.list.querySelectorAll("button")];
    const index = buttons.indexOf(document.activeElement);
    const to = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined || index < 0) return;
    event.preventDefault();
    const next = buttons[Math.min(Math.max(to, 0), buttons.length - 1)];
    for (const each of buttons) each.tabIndex = each === next ? 0 : -1;
    next.focus();
  }
}

function button(cue, index, step) {
  const kind = cue.kind === "instruction" ? "" : cue.kind;
  return el("button", { type: "button", "data-cue": cue.id, tabindex: index ? "-1" : "0" },
    el("span", { class: "cue-time" }, minutes(cue.start)),
    el("span", { class: "cue-text" }, cue.text),
    el("span", { class: `cue-kind ${cue.kind.replace(" ", "-")}` }, [step?.side, kind].filter(Boolean).join(", ")));
}

/** What happens in a step: "left side, first spot, hold for 12 s". */
function doing(step, moment) {
  if (!step) return "";
  const more = `for ${Math.max(Math.ceil(step.end - moment), 0)} s`;
  const told = { hold: `hold ${more}`, rest: `rest ${more}`, open: "waits for you" }[step.kind];
  return [step.side && `${step.side} side`, step.name, told].filter(Boolean).join(", ");
}

function legend() {
  const entries = [["hold", "hold"], ["rest", "rest"], ["open", "waits for you"], ["instruction", "instruction"],
    ["reminder", "reminder"], ["way-down", "way down"]];
  return el("ul", { class: "legend", "aria-hidden": "true" },
    ...entries.map(([name, told]) => el("li", { class: name }, told)));
}
