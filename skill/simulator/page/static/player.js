// A guide that is heard: its track in one audio element or, where no voice can speak it, only its seconds.

const END = 0.05; // seconds before the end that count as the end

export class Player {
  #audio;
  #silence = { at: 0, since: null }; // the place where there is no sound; since: the page's millisecond of the start
  #wanted = null; // the second of the file to begin at, once the file is known
  #rate = 1;

  /** `failed` is called with words for people when the sound cannot be had. */
  constructor(audio, { failed }) {
    this.#audio = audio;
    this.guide = null;
    this.url = null;
    audio.addEventListener("loadedmetadata", () => this.#begin());
    audio.addEventListener("error", () => {
      if (this.url) failed("The sound cannot be had.");
    });
    this.failed = failed;
  }

  /** Take up this guide at a moment, going on if something plays. `track` is null where nobody can speak it. */
  load(guide, track, moment) {
    const playing = this.playing;
    if (this.guide && this.url === (track?.url ?? null) && this.url !== null) {
      this.guide = guide; // the very same sound: it is not touched
      return;
    }
    this.unload();
    [this.guide, this.url, this.start] = [guide, track?.url ?? null, track?.start ?? 0];
    if (track) this.#audio.src = track.url;
    this.#audio.defaultPlaybackRate = this.#audio.playbackRate = this.#rate;
    this.seek(moment);
    if (playing) this.play();
  }

  /** Nothing is heard, and nothing can be. */
  unload() {
    this.pause();
    [this.guide, this.url, this.#wanted] = [null, null, null];
    this.#audio.removeAttribute("src");
    this.#audio.load();
  }

  get playing() {
    if (!this.guide) return false;
    return this.url ? !this.#audio.paused && !this.#audio.ended : this.#silence.since !== null && !this.#atEnd;
  }

  /** The second of the guide that is heard now. */
  get moment() {
    if (!this.guide) return 0;
    const now = this.url ? this.start + (this.#wanted ?? this.#audio.currentTime) : this.#shown;
    return Math.min(Math.max(now, this.guide.start), this.guide.total);
  }

  seek(moment) {
    if (!this.url) {
      this.#silence = { at: moment, since: this.#silence.since === null ? null : performance.now() };
      return;
    }
    const second = Math.max(moment - this.start, 0);
    if (this.#audio.readyState === 0) this.#wanted = second;
    else this.#audio.currentTime = second;
  }

  play() {
    if (this.#atEnd) this.seek(this.guide.start);
    if (!this.url) {
      this.#silence.since ??= performance.now();
      return;
    }
    this.#audio.play().catch((error) => {
      if (error.name === "NotAllowedError") this.failed("The browser wants a click first: choose Play.");
    });
  }

  pause() {
    this.#silence = { at: this.#shown, since: null };
    this.#audio.pause();
  }

  set volume(volume) {
    this.#audio.volume = volume;
  }

  set rate(rate) {
    this.#silence = { at: this.#shown, since: this.#silence.since === null ? null : performance.now() };
    this.#rate = rate;
    this.#audio.defaultPlaybackRate = this.#audio.playbackRate = rate;
  }

  get #shown() {
    const { at, since } = this.#silence;
    return since === null ? at : at + ((performance.now() - since) / 1000) * this.#rate;
  }

  get #atEnd() {
    return this.url ? this.#audio.ended : this.#shown >= this.guide.total - END;
  }

  #begin() {
    if (this.#wanted !== null) this.#audio.currentTime = this.#wanted;
    this.#wanted = null;
  }
}

/** The place in one version of a guide that is the same in another: as long after the same cue, never past the next. */
export function carried(moment, from, to) {
  if (from === to) return moment;
  for (const cue of from.cues.filter((each) => each.start <= moment).reverse()) {
    const index = to.cues.findIndex((each) => each.id === cue.id);
    if (index < 0) continue;
    const { start } = to.cues[index];
    const next = to.cues[index + 1]?.start ?? to.total;
    return Math.min(start + moment - cue.start, Math.max(next - END, start));
  }
  return to.start;
}
