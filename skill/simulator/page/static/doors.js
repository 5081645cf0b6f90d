// The server's doors for one device. Every one answers with a snapshot.

/** The device is not there any more: the server was started again, or many others came after it. */
export class Unplugged extends Error {}

/** The server answered, but not with what was asked; the message is its own. */
export class Refused extends Error {}

export class Doors {
  constructor(id) {
    this.id = id;
  }

  /** A new device of this kind ("speaker" or "no player") and locale. */
  static async plugIn(kind, locale) {
    return new Doors((await asked("/echo", { kind, locale })).echo);
  }

  /** What the device does now; from now on at this speed, if one is given. */
  look(speed) {
    return this.#ask(speed ? `?speed=${speed}` : "");
  }

  say(sentence) {
    return this.#ask("/say", { sentence });
  }

  press(button) {
    return this.#ask("/press", { button });
  }

  go(cue) {
    return this.#ask("/go", { cue });
  }

  /** The snapshot, and the page's millisecond at which it came. */
  async #ask(path, body) {
    const snapshot = await asked(`/echo/${encodeURIComponent(this.id)}${path}`, body);
    return { snapshot, heard: performance.now() };
  }
}

async function asked(path, body) {
  const options = body === undefined ? {} :
    { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(path, { cache: "no-store", ...options });
  if (answer.status === 404) throw new Unplugged();
  if (answer.ok) return answer.json();
  throw new Refused((await answer.text()).trim());
}
