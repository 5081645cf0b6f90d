// The record of the room as a log that grows; a sentence that was cut off is told anew.

import { el, minutes } from "./dom.js";

const NEAR = 30; // pixels from the end that count as the end
const LONG_SILENCE = 3; // seconds; a shorter one is a breath

const SPEAKERS = { you: "You", words: "Alexa", played: "Track" };

export class Transcript {
  #entries = []; // {text, node} by index since `first`
  #first = 0;
  #follows = true; // until somebody scrolls back to read
  #top = 0; // where it was scrolled to last; less than that is somebody's wish

  constructor(root) {
    this.root = root;
    root.addEventListener("scroll", () => {
      this.#follows = atEnd(root) || (this.#follows && root.scrollTop >= this.#top);
    });
    new ResizeObserver(() => this.#follow()).observe(root);
  }

  /** Tell what is new of `record`, whose first moment has the index `first` in the whole. */
  show(record, first) {
    while (this.#first < first && this.#entries.length) {
      this.#entries.shift().node?.remove();
      this.#first += 1;
    }
    if (!this.#entries.length) this.#first = first;
    for (const gone of this.#entries.splice(record.length)) gone.node?.remove();
    record.forEach((moment, index) => this.#tell(moment, index, record[index - 1]));
    this.#follow();
  }

  clear() {
    [this.#entries, this.#follows] = [[], true];
    this.root.replaceChildren();
  }

  #follow() {
    if (!this.#follows) return;
    this.root.scrollTop = this.root.scrollHeight;
    this.#top = this.root.scrollTop;
  }

  #tell(moment, index, before) {
    const key = JSON.stringify([moment.kind, moment.text, moment.note]);
    const known = this.#entries[index];
    if (known?.key === key) return;
    const node = drawn(moment, before);
    if (known?.node && node) known.node.replaceWith(node);
    else if (known?.node) known.node.remove();
    else if (node) this.root.append(node);
    this.#entries[index] = { key, node };
  }
}

function atEnd(root) {
  return root.scrollHeight - root.scrollTop - root.clientHeight < NEAR;
}

function drawn(moment, before) {
  const speaker = SPEAKERS[moment.kind];
  if (!speaker) return event(moment);
  const named = before?.kind === moment.kind ? "again" : "first";
  const note = moment.note ? [el("small", { class: "note" }, ` (${moment.note})`)] : [];
  return el("p", { class: `said ${moment.kind} ${named}` },
    el("time", {}, minutes(moment.at)), el("b", {}, `${speaker}: `), el("span", {}, moment.text), ...note);
}

function event(moment) {
  const told = happened(moment);
  if (!told) return null;
  const quiet = moment.kind === "silence" ? { "aria-hidden": "true" } : {};
  return el("p", { class: `event ${moment.kind}`, ...quiet }, el("time", {}, minutes(moment.at)), el("span", {}, told));
}

function happened({ kind, text, seconds }) {
  if (kind === "silence") return seconds >= LONG_SILENCE ? `${Math.round(seconds)} s of silence` : "";
  if (kind === "listening") return "The Echo listens.";
  if (kind === "reprompt") return "Nobody answers.";
  if (kind === "ended") return `The session is over: ${text}.`;
  return kind === "track" ? `The track ${text}.` : text;
}
