// The device's time between two answers of the server, who alone moves it.

export class DeviceClock {
  #told = 0;
  #heard = performance.now();
  #speed = 1;
  #runs = false;

  /** The device stood at `told` seconds when the page's own clock stood at `heard` milliseconds. */
  set(told, heard, speed, runs) {
    [this.#told, this.#heard, this.#speed, this.#runs] = [told, heard, speed, runs];
  }

  get speed() {
    return this.#speed;
  }

  /** The device's second now, as far as the page can know. */
  now() {
    return this.#told + this.since();
  }

  /** The device's seconds since the server told of them. */
  since() {
    return this.#runs ? Math.max((performance.now() - this.#heard) / 1000, 0) * this.#speed : 0;
  }
}
