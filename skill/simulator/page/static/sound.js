// What is heard: a clip for each sentence, at the second the device says, and one element for a track.
// The page only follows the device: what is too early or too late is moved to where it should be.

const LATE = 1; // seconds that a sentence may be late: rather that than lose its first word
const OVER = 0.1; // seconds before its end at which a speech is over
const DRIFT = 0.3; // seconds that a track may be beside the device

/** The sentences of a speech, through elements that take turns, so that none cuts the end of the one before. */
export class Voice {
  #elements;
  #turn = 0;
  #speech = null; // what tells this speech from another
  #end = 0; // the second at which it is over
  #current = null; // the start of the sentence that is heard

  constructor(elements, allowed) {
    this.#elements = elements;
    this.allowed = allowed;
  }

  /** Hear what the device says at its second `now`, at this speed. */
  follow(speech, now, speed) {
    const known = speech?.segments[0]?.start ?? null;
    if (known !== this.#speech) this.#turnTo(known, now);
    if (known === null) return;
    this.#end = speech.segments.at(-1).end;
    const index = speech.segments.findIndex((each) => each.sound && each.start <= now && now < each.end);
    const segment = speech.segments[index];
    for (const each of this.#elements) rate(each, speed * Number(each.dataset.rate ?? 1));
    if (!segment) return;
    const seconds = (now - segment.start) * segment.rate;
    if (segment.start === this.#current) return this.#keep(seconds, speed);
    this.#current = segment.start;
    this.#say(segment, seconds, speed);
    const next = speech.segments.slice(index + 1).find((each) => each.sound);
    if (next) load(this.#elements[(this.#turn + 1) % this.#elements.length], next);
  }

  set volume(volume) {
    for (const each of this.#elements) each.volume = volume;
  }

  /** Play once more what is heard now: after the browser has allowed sound. */
  again() {
    this.#current = null;
  }

  #say(segment, seconds, speed) {
    this.#turn = (this.#turn + 1) % this.#elements.length;
    const element = this.#elements[this.#turn];
    load(element, segment);
    rate(element, speed * segment.rate);
    element.currentTime = seconds > LATE * speed ? seconds : 0;
    play(element, this.allowed);
  }

  /** A clip that fell behind, because it was slow to load or the device was moved, catches up. */
  #keep(seconds, speed) {
    const element = this.#elements[this.#turn];
    if (!element.paused && settled(element)) move(element, seconds, LATE * speed);
  }

  /** Another speech, or none. One that was interrupted falls silent; one that is over may still ring out. */
  #turnTo(speech, now) {
    if (now < this.#end - OVER) for (const each of this.#elements) each.pause();
    this.#speech = speech;
    this.#current = null;
  }
}

/** The track: one element, kept where the device is in the file. */
export class Track {
  constructor(element, allowed) {
    this.element = element;
    this.allowed = allowed;
  }

  /** `track` as the snapshot tells it, `since` the device's seconds that have passed after it. */
  follow(track, since, speed) {
    const { element } = this;
    if (!track) return void element.pause();
    if (element.dataset.url !== track.url) {
      element.dataset.url = track.url;
      element.src = track.url;
    }
    const expected = track.position + (track.playing ? since : 0);
    rate(element, speed);
    if (!track.playing) element.pause();
    if (element.readyState === 0 && track.playing) return play(element, this.allowed);
    if (!settled(element)) return;
    const over = element.ended && expected >= element.duration;
    if (!over) move(element, expected, DRIFT * speed);
    if (track.playing && element.paused && !over) play(element, this.allowed);
  }

  set volume(volume) {
    this.element.volume = volume;
  }
}

function load(element, segment) {
  if (element.dataset.url !== segment.sound) {
    element.dataset.url = segment.sound;
    element.src = segment.sound;
  }
  element.dataset.rate = segment.rate;
}

function settled(element) {
  return element.readyState > 1 && !element.seeking;
}

/** Bring it to this second of its sound, unless it is no further from it than `far`. */
function move(element, seconds, far) {
  if (Math.abs(element.currentTime - seconds) > far) element.currentTime = seconds;
}

function rate(element, wanted) {
  if (element.playbackRate === wanted) return;
  element.defaultPlaybackRate = wanted; // loading a sound goes back to this
  element.playbackRate = wanted;
}

/** Play, and tell whether the browser allows it: some want a gesture first. What else may fail is no matter. */
function play(element, allowed) {
  element.play().then(() => allowed(true), (error) => {
    if (error.name === "NotAllowedError") allowed(false);
  });
}
