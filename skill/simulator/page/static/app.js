// The page of the speaker: it shows what the device does and plays what it says. It decides nothing.

import { DeviceClock } from "./clock.js";
import { el } from "./dom.js";
import { Doors, Refused, Unplugged } from "./doors.js";
import { Drawer } from "./drawer.js";
import { microphone } from "./mic.js";
import { Track, Voice } from "./sound.js";
import { Timeline } from "./timeline.js";
import { Transcript } from "./transcript.js";

const OFTEN = 250; // milliseconds between two looks while something happens
const SOONEST = 60;
const AGAIN = 1000; // after the server did not answer
const TICK = 40;
const STATES = { idle: "Quiet", speaking: "Speaking", listening: "Listening", playing: "Playing" };
const LONG = 100; // characters of a sentence that is shown smaller
const WINDOW = 8; // seconds that the light needs to go round once

const $ = (id) => document.getElementById(id);
const main = $("main");
const light = document.querySelector(".ring");
const clock = new DeviceClock();
const transcript = new Transcript($("log"));
const drawer = new Drawer($("drawer"));
const timeline = new Timeline($("timeline"), { go: (cue) => act(() => doors.go(cue)) });
const voice = new Voice([...document.querySelectorAll("audio.voice")], allowed);
const track = new Track($("track"), allowed);

let doors = null;
let snapshot = null;
let timer = 0;
let wanted = null; // the speed that was chosen, until the device has it

// The device

async function plugIn(event) {
  event.preventDefault();
  const chosen = new FormData($("start"));
  try {
    doors = await Doors.plugIn(chosen.get("kind"), chosen.get("locale"));
  } catch (error) {
    return tell(`The Echo could not be plugged in: ${told(error)}`);
  }
  sessionStorage.setItem("echo", doors.id);
  await begin();
  $("sentence").focus();
}

async function begin() {
  snapshot = null;
  transcript.clear();
  tell("");
  await look();
  if (!doors) return;
  $("start").hidden = true;
  for (const each of document.querySelectorAll(".live")) each.hidden = false;
}

function unplug(why) {
  sessionStorage.removeItem("echo");
  clearTimeout(timer);
  [doors, snapshot] = [null, null];
  voice.follow(null, 0, 1); // the first second of all: whatever is said is cut off
  track.follow(null, 0, 1);
  main.dataset.state = "off";
  $("state").textContent = "Unplugged";
  $("start").hidden = false;
  for (const each of document.querySelectorAll(".live")) each.hidden = true;
  tell(why);
}

/** Do this at the device, and show what comes of it. */
async function act(asking) {
  if (!doors) return;
  clearTimeout(timer);
  const asked = doors;
  try {
    const answer = await asking();
    if (asked === doors) show(answer);
  } catch (error) {
    if (asked === doors) fail(error);
  }
}

function look() {
  return act(() => doors.look());
}

function fail(error) {
  if (error instanceof Unplugged) return unplug("That Echo is gone: the skill was started again. Plug in another.");
  wanted = null;
  tell(told(error));
  timer = setTimeout(look, AGAIN);
}

function told(error) {
  return error instanceof Refused ? error.message : "the skill does not answer. Is it still running?";
}

// What is shown

function show({ snapshot: newest, heard }) {
  if (snapshot && newest.now < snapshot.now) return; // two answers that came in the wrong order
  snapshot = newest;
  const { state, now, guide, refused, next } = snapshot;
  clock.set(now, snapshot.late, heard, snapshot.pace, state !== "idle");
  main.dataset.state = state;
  $("state").textContent = STATES[state];
  caption(snapshot.caption, snapshot.record);
  transcript.show(snapshot.record, snapshot.first);
  suggest(snapshot.suggestions);
  advise(snapshot.hint, snapshot.record);
  showSpeed(snapshot.speed);
  drawer.show(snapshot.exchange);
  $("timeline").hidden = guide === null;
  $("no-guide").hidden = guide !== null;
  $("guide-heading").textContent = guide?.title ?? "The massage";
  timeline.show(guide);
  for (const each of document.querySelectorAll("[data-press]")) each.disabled = snapshot.track === null;
  tell(refused ? `Alexa would have refused this answer: ${refused}` : "");
  tick();
  clearTimeout(timer);
  if (state === "idle" && next === null) return;
  const soon = next === null ? OFTEN : ((next - clock.now()) / clock.speed) * 1000 + 15;
  timer = setTimeout(look, Math.min(Math.max(soon, SOONEST), OFTEN));
}

/** The sentence that is heard, large; in a silence what was heard last, pale. */
function caption(text, record) {
  const last = record.findLast(({ kind }) => kind === "words" || kind === "played");
  const words = text || (last?.text ?? "");
  $("caption").classList.toggle("past", !text);
  $("caption").classList.toggle("long", words.length > LONG);
  if (words !== $("caption").textContent) $("caption").textContent = words;
}

/** How to be heard now; it stands out after something was not. */
function advise(hint, record) {
  const said = record.findLast(({ kind }) => kind === "you");
  if ($("hint").textContent !== hint) $("hint").textContent = hint;
  $("hint").classList.toggle("matters", Boolean(said?.note));
  $("first").hidden = record.length > 0;
}

/** The speed of the device, unless somebody has just chosen another one. */
function showSpeed(speed) {
  if (wanted !== null && wanted !== speed) return;
  wanted = null;
  document.querySelector(`#speed [value="${speed}"]`).checked = true;
}

function suggest(sentences) {
  $("sentence").placeholder = sentences[0];
  const root = $("suggestions");
  const known = [...root.querySelectorAll("button")].map((each) => each.textContent);
  if (known.join("\n") === sentences.join("\n")) return;
  const focused = root.contains(document.activeElement);
  root.replaceChildren(...sentences.map((each) => el("li", {}, el("button", { type: "button" }, each))));
  if (focused) (root.querySelector("button") ?? $("sentence")).focus();
}

function tell(text) {
  if ($("notice").textContent !== text) $("notice").textContent = text;
  $("notice").hidden = !text;
}

/** Between two answers: the sound, the cursor and the light go on. */
function tick() {
  if (!snapshot) return;
  const now = clock.now();
  const since = clock.since();
  voice.follow(snapshot.speech, now, clock.speed);
  track.follow(snapshot.track, since, clock.speed);
  const { guide, listening_until: until } = snapshot;
  if (guide?.moves) timeline.at(Math.min(guide.at + since, guide.total));
  const left = until === null ? 1 : Math.min(Math.max((until - now) / WINDOW, 0), 1);
  light.style.setProperty("--left", left.toFixed(3));
}

// What people do

function chooseSpeed(event) {
  wanted = Number(event.target.value);
  act(() => doors.look(wanted));
}

function say(sentence) {
  const words = sentence.trim();
  if (words) act(() => doors.say(words));
}

/** Whether the browser lets the page be heard: after a reload, some want to be asked first. */
function allowed(yes) {
  $("unmute").hidden = yes;
}

function unmute() {
  voice.again();
  tick();
}

function loudness() {
  voice.volume = track.volume = Number($("volume").value) / 10;
  localStorage.setItem("volume", $("volume").value);
}

$("start").addEventListener("submit", plugIn);
$("another").addEventListener("click", () => {
  unplug("");
  $("kinds").open = true;
  $("kinds").querySelector("input:checked").focus();
});
$("unmute").addEventListener("click", unmute);
$("volume").addEventListener("input", loudness);
$("speed").addEventListener("change", chooseSpeed);
$("suggestions").addEventListener("click", (event) => {
  if (event.target.closest("button")) say(event.target.closest("button").textContent);
});
$("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  say($("sentence").value);
  $("sentence").value = "";
});
for (const each of document.querySelectorAll("[data-press]")) {
  each.addEventListener("click", () => act(() => doors.press(each.dataset.press)));
}
microphone($("mic"), {
  locale: () => snapshot.locale,
  heard: say,
  failed: (why) => tell(`The browser heard nothing: ${why}.`),
});

$("volume").value = localStorage.getItem("volume") ?? $("volume").value;
loudness();
setInterval(tick, TICK);
document.addEventListener("visibilitychange", () => document.hidden || look()); // hidden, a page is seldom woken
const kept = sessionStorage.getItem("echo");
if (kept) {
  doors = new Doors(kept);
  begin();
}
