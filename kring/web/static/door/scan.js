// The door: camera, hand scanner and look-up lead to one question to the server, whose answer fills the screen.

import { Camera } from "./camera.js";
import { Connection, NoAnswer } from "./connection.js";
import { Counter } from "./counter.js";
import { Memory } from "./memory.js";
import { People } from "./people.js";
import { Reader } from "./reader.js";
import { Screen, kindOf } from "./screen.js";
import { Sound } from "./sound.js";
import { Typing } from "./typing.js";
import { View } from "./view.js";

const part = (name) => document.getElementById(name);
const { validate, event, location: entrance, device, worker } = document.body.dataset;
const token = document.querySelector("[name=csrfmiddlewaretoken]").value;

const connection = new Connection(part("connection"));
const screen = new Screen(part("verdict"), part("announcement"));
const sound = new Sound(part("sound"));
const counter = new Counter(part("counter"), connection);
const camera = new Camera(part("picture"));
const view = new View(document.body, camera);
const memory = new Memory();
let asking = false;
let again = () => {};
// None of ours on a page that came with its verdict: then the form goes as it is.
let letInAnyway = null;

/** Ask the server once, and show what it says. `ask(anyway)` resolves to {status, body}; `anyway`: a person looked. */
async function show(ask, anyway = false, counts = true) {
  if (asking) return;
  asking = true;
  again = () => show(ask, anyway, counts);
  letInAnyway = () => show(ask, true);
  const late = setTimeout(() => screen.checking(), 150);
  try {
    const { body } = await ask(anyway);
    clearTimeout(late);
    if (typeof body.valid !== "boolean") throw new NoAnswer(true);
    screen.verdict(body);
    sound.play(kindOf(body) === "green" ? "green" : "red");
    if (body.valid && counts) counter.add();
  } catch (error) {
    clearTimeout(late);
    screen.trouble({ sent: error.sent ?? true });
    sound.play("red");
    if (!(error instanceof NoAnswer)) throw error;
  } finally {
    asking = false;
  }
}

function check(code) {
  const question = { code, event, location: entrance, device };
  return show((anyway) => connection.json(validate, post({ ...question, let_in_anyway: anyway })));
}

function admit(form) {
  return show((anyway) => {
    const body = new FormData(form);
    if (anyway) body.set("anyway", "1");
    return connection.json(form.action, { method: "POST", body });
  });
}

function post(body) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  return { method: "POST", headers, body: JSON.stringify(body) };
}

new Typing(part("typing"), check);
const people = new People(part("people"), part("find"), connection, admit);
part("verdict").querySelector("[data-anyway]").addEventListener("submit", (submit) => {
  if (!letInAnyway) return;
  submit.preventDefault();
  letInAnyway();
});
part("verdict").querySelector("[data-cash]").addEventListener("submit", (submit) => {
  submit.preventDefault();
  const { target, submitter } = submit;
  const body = new FormData(target, submitter);
  show(() => connection.json(target.action, { method: "POST", body }), false, false);
});
part("verdict").querySelector("[data-act=again]").addEventListener("click", () => again());

async function readFromCamera() {
  const opened = view.open();
  let reader;
  try {
    reader = new Reader(worker);
    await reader.ready;
  } catch {
    await opened;
    view.say("unreadable");
    return;
  }
  await camera.watch(async (image) => {
    const code = await reader.read(image).catch(() => null);
    part("picture").dataset.readings = Number(part("picture").dataset.readings ?? 0) + 1;
    if (code !== null && !asking && !people.isOpen && memory.isNew(code)) check(code);
  });
}

async function stayAwake() {
  const ask = () => navigator.wakeLock?.request("screen").catch(() => {});
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  await ask();
}

localStorage.setItem("kring.door.location", entrance);
part("verdict").dataset.kind || screen.clear();
stayAwake();
readFromCamera();
