// The device's time between two answers of the server, who alone moves it.

export class DeviceClock {
  #told = 0;
  #late = 0;
  #heard = performance.now();
  #speed = 1;
  #runs = false;

  /** The server told of second `told`, `late` seconds after it, when the page's clock stood at `heard` milliseconds. */
  set(told, late, heard, speed, runs) {
    [this.#told, this.#late, this.#heard, this.#speed, this.#runs] = [told, late, heard, speed, runs];
  }

  get speed() {
    return this.#speed;
  }

  /** The device's second now, as far as the page can know. */
  now() {
    return this.#told + this.since();
  }

  /** The device's seconds since the one that the server told of. */
  since() {
    return this.#runs ? this.#late + (Math.max(performance.now() - this.#heard, 0) / 1000) * this.#speed : 0;
  }
}
