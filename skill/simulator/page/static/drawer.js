// For builders: what went to the skill and what came back, drawn only while somebody looks.

import { el } from "./dom.js";

export class Drawer {
  #exchange = null;
  #drawn = "";

  /** `root` is a details element that holds elements marked with data-part. */
  constructor(root) {
    this.root = root;
    root.addEventListener("toggle", () => this.#draw());
  }

  show(exchange) {
    this.#exchange = exchange;
    this.#draw();
  }

  #part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  #draw() {
    if (!this.root.open) return;
    const text = JSON.stringify(this.#exchange);
    if (text === this.#drawn) return;
    this.#drawn = text;
    const { intent = null, slots = {}, refused = null, ...rest } = this.#exchange ?? {};
    this.#part("intent").textContent = intent ?? "nothing was asked yet";
    this.#part("slots").replaceChildren(...slotsOf(slots ?? {}));
    this.#part("refused").textContent = refused ?? "nothing: this answer keeps all the rules";
    this.#part("refused").classList.toggle("bad", refused !== null);
    for (const name of ["request", "response", "attributes", "state"]) {
      this.#part(name).textContent = rest[name] === undefined ? "" : JSON.stringify(rest[name], null, 2);
    }
  }
}

function slotsOf(slots) {
  const names = Object.keys(slots);
  if (!names.length) return [el("li", {}, "no slots")];
  return names.map((name) => el("li", {}, el("code", {}, name), ` ${JSON.stringify(slots[name])}`));
}
