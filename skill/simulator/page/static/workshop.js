// The page of the script writer: any script as its file is now, drawn and heard. The server reads, plans and speaks.

import { el, minutes } from "./dom.js";
import { carried, Player } from "./player.js";
import { Timeline } from "./timeline.js";

const OFTEN = 700; // milliseconds between two looks at the files
const SPEAKING = 400; // and between two while sentences are being spoken
const PATIENCE = 150; // after a choice, in case another follows
const TICK = 50;
const SHOWN = 3; // mistakes, until somebody asks for more
const CHOICES = ["script", "place", "minutes", "sides", "cues"];

const $ = (id) => document.getElementById(id);
const form = $("choices").elements;
const timeline = new Timeline($("timeline"), { go });
const player = new Player($("sound"), { failed });

let scripts = [];
let answer = null; // what is shown, as the server told it
let version = null;
let lost = null; // where it was heard when the sound failed: { moment, guide }
let asked = 0; // counts questions, so that a late answer is dropped
let timer = 0;

// The files

async function fetched(path) {
  const found = await fetch(`/echo/workshop/${path}`, { cache: "no-store" });
  if (!found.ok) throw new Error((await found.text()).trim() || found.statusText);
  return found.json();
}

/** Look whether a file has changed, for ever. */
async function watch() {
  try {
    const found = await fetched("version");
    tell("", "away");
    mistakes(found);
    if (found.version !== version) {
      version = found.version;
      if (!found.stale || !scripts.length) await read();
    }
  } catch (error) {
    tell(error instanceof TypeError ? "The skill does not answer. Is it still running?" : error.message, "away");
  }
  setTimeout(watch, OFTEN);
}

/** Which scripts there are now, and the chosen one as it is now. */
async function read() {
  scripts = await fetched("scripts");
  const wanted = form.script.value || chosen("script");
  options(form.script, scripts.map(({ id, title }) => [id, title]), wanted);
  if (answer?.guide && wanted && form.script.value !== wanted) news(`${wanted} is gone.`);
  bounds(form.script.value === wanted);
  await ask();
}

/** The timeline of what is chosen. */
async function ask() {
  clearTimeout(timer);
  if (!form.script.value) return;
  remember();
  const [side, only] = form.sides.value.split(" ");
  const query = new URLSearchParams({ script: form.script.value, place: form.place.value,
    minutes: form.minutes.value, side, only: only ? 1 : 0, cues: form.cues.value });
  const number = ++asked;
  try {
    const found = await fetched(`timeline?${query}`);
    if (number === asked) show(found);
  } catch (error) {
    if (number === asked && !(error instanceof TypeError)) tell(error.message);
  }
}

// What is chosen

/** What the address of the page says, so that a reload keeps it. */
function chosen(name) {
  return new URLSearchParams(location.search).get(name);
}

function remember() {
  const query = new URLSearchParams(CHOICES.map((name) => [name, form[name].value]));
  history.replaceState(null, "", `?${query}`);
}

function options(select, entries, wanted) {
  select.replaceChildren(...entries.map(([value, told]) => el("option", { value }, told)));
  if (entries.some(([value]) => value === wanted)) select.value = wanted;
}

/** The places, lengths and sides of the chosen script; `keep` what was chosen before, where it still can be. */
function bounds(keep) {
  const script = scripts.find(({ id }) => id === form.script.value);
  if (!script) return;
  const place = form.place.value || chosen("place");
  options(form.place, script.places.map(({ id, name }) => [id, name]), place);
  const { least, usual, most } = script.minutes;
  const before = answer ? form.minutes.value : chosen("minutes");
  [form.minutes.min, form.minutes.max] = [least, most];
  form.minutes.value = keep && before ? before : usual;
  $("both-sides").disabled = !script.two_sided;
  length();
}

function length() {
  const told = `${Number(form.minutes.value)} minutes`;
  $("length").value = told;
  form.minutes.setAttribute("aria-valuetext", told);
}

// What is shown and heard

function show(found) {
  const before = answer;
  answer = found;
  mistakes(found);
  tell("");
  const { guide, track, speaking } = found;
  if (!guide) return void draw(null);
  const another = player.guide && player.guide.script !== guide.script;
  if (another) player.unload();
  const heard = player.guide ? { moment: player.moment, guide: player.guide } : lost;
  const moment = heard?.guide.script === guide.script ? carried(heard.moment, heard.guide, guide) : guide.start;
  if (track || !speaking) {
    player.load(guide, track, moment);
    lost = null;
  }
  draw(guide);
  if (before?.guide?.script === guide.script && before.version !== found.version) news(changes(before.guide, guide));
  voice(found);
  if (speaking) timer = setTimeout(ask, SPEAKING);
  tick();
}

/** Draw it; who stands on a cue with the keyboard stays on it. */
function draw(guide) {
  const focused = document.activeElement?.dataset?.cue;
  const scrolled = document.querySelector(".cues").scrollTop;
  timeline.show(guide);
  $("guide-heading").textContent = guide?.title ?? "The timeline";
  if (!focused) return;
  document.querySelector(".cues").scrollTop = scrolled;
  [...document.querySelectorAll(".cues button")].find((each) => each.dataset.cue === focused)?.focus();
}

function voice({ voice: by, speaking, why, guide, wanted }) {
  const told = { shipped: "Spoken by the studio voice.",
    pico: "Spoken by Pico, the offline voice: a sentence of it is new to the studio voice.",
    none: `Only shown, not heard: ${why}.` }[by];
  const nearest = Math.abs(guide.total - wanted) < 1 ? "" : ` ${minutes(guide.total)} is the nearest that it can do.`;
  $("voice").textContent = (speaking ? `Pico speaks it: ${speaking.done} of ${speaking.total} texts.` : told) + nearest;
  $("speaking").hidden = !speaking;
  if (speaking) [$("speaking").max, $("speaking").value] = [speaking.total, speaking.done];
  // Where nobody speaks the captions, a screen reader does.
  $("caption").setAttribute("aria-live", by === "none" ? "polite" : "off");
}

/** What saving has changed of the instructions, in a few words: what fills silences moves with every second. */
function changes(from, to) {
  const [before, after] = [from, to].map(({ cues }) => cues.filter(({ kind }) => kind !== "reminder"));
  const said = new Map(before.map((cue) => [cue.id, cue.text]));
  const other = after.filter((cue) => said.get(cue.id) !== cue.text).length;
  const gone = before.filter((cue) => !after.some((each) => each.id === cue.id)).length;
  const parts = [other && `${other} new or changed`, gone && `${gone} gone`].filter(Boolean).join(", ");
  return `Read again at ${new Date().toLocaleTimeString()}: instructions ${parts || "as they were"}.`;
}

function news(text) {
  $("news").textContent = text;
}

function mistakes({ mistakes: found, more, stale, good, folder }) {
  $("folder").textContent = folder;
  $("main").toggleAttribute("data-empty", !good);
  const key = JSON.stringify([found, stale, good]);
  if ($("mistakes").dataset.key === key) return;
  $("mistakes").dataset.key = key;
  const count = found.length === 1 ? "A mistake" : `${found.length + more} mistakes`;
  $("mistakes-heading").textContent = !found.length ? "" : !stale
    ? `This can be heard, but massage check finds ${count === "A mistake" ? "a mistake" : count}:`
    : good ? `${count} in the files: the last good version plays on.`
      : `${count} in the files: once mended and saved, the timeline appears here.`;
  $("mistake-list").replaceChildren(...found.slice(0, SHOWN).map(mistake));
  $("other-mistakes").hidden = found.length <= SHOWN;
  $("other-mistakes").querySelector("summary").textContent = `${found.length + more - SHOWN} more`;
  $("other-list").replaceChildren(...found.slice(SHOWN).map(mistake));
  $("more-mistakes").textContent = more ? `${more} more are not shown: mend these first.` : "";
  $("mistakes").hidden = !found.length;
}

/** What is told, and the lines around it, unless the one before it in the list shows the same. */
function mistake({ told, file, line, lines }, index, all) {
  if (index && all[index - 1].file === file && all[index - 1].line === line) return el("li", {}, el("p", {}, told));
  const indent = Math.min(...lines.filter(({ text }) => text.trim()).map(({ text }) => text.search(/\S/)));
  const shown = lines.map(({ line: number, text }) => {
    const said = text.slice(indent).trimStart();
    const before = `${String(number).padStart(3)} ${" ".repeat(Math.max(text.length - indent - said.length, 0))}`;
    return el("span", {}, before, number === line ? el("mark", {}, said) : said);
  });
  return el("li", {}, el("p", {}, told), ...(shown.length ? [el("pre", {}, ...shown)] : []));
}

/** One notice for each matter, and the page shows the first: a `matter` that is over takes only its own away. */
const notices = new Map();
function tell(text, matter = "asked") {
  if (text) notices.set(matter, text);
  else notices.delete(matter);
  const [first = ""] = notices.values();
  if ($("notice").textContent !== first) $("notice").textContent = first;
  $("notice").hidden = !first;
}

function tick() {
  const guide = answer?.guide;
  $("play").disabled = !guide || (!player.guide && answer.speaking !== null);
  $("play").textContent = player.playing ? "Pause" : "Play";
  if (!guide || !player.guide) return;
  const moment = carried(player.moment, player.guide, guide);
  timeline.at(moment);
  const cue = player.guide.cues.findLast((each) => each.start <= player.moment);
  const root = $("caption");
  root.classList.toggle("past", !cue || player.moment > cue.end);
  if (cue && root.textContent !== cue.text) root.textContent = cue.text;
}

function failed(why) {
  tell(why, "sound");
  if (player.guide) lost = { moment: player.moment, guide: player.guide };
  player.unload();
}

async function play() {
  tell("", "sound");
  if (!player.guide) await ask(); // the server may have been started again, and forgotten the track
  if (player.guide) player.play();
  tick();
}

/** Hear it from this cue. */
async function go(id) {
  const cue = answer.guide.cues.find((each) => each.id === id);
  if (!player.guide && answer.speaking === null) await ask();
  if (!cue || !player.guide) return;
  player.seek(carried(cue.start, answer.guide, player.guide));
  play();
}

$("play").addEventListener("click", () => {
  if (!player.playing) return play();
  player.pause();
  tick();
});
$("choices").addEventListener("submit", (event) => event.preventDefault());
$("choices").addEventListener("input", (event) => {
  if (event.target === form.script) bounds(false);
  length();
  clearTimeout(timer);
  timer = setTimeout(ask, PATIENCE);
});
$("volume").addEventListener("input", loudness);
$("speed").addEventListener("change", () => {
  player.rate = Number(document.querySelector("#speed input:checked").value);
});

function loudness() {
  player.volume = Number($("volume").value) / 10;
  localStorage.setItem("volume", $("volume").value);
}

for (const name of ["sides", "cues"]) if (chosen(name)) form[name].value = chosen(name);
$("volume").value = localStorage.getItem("volume") ?? $("volume").value;
loudness();
setInterval(tick, TICK);
watch();
