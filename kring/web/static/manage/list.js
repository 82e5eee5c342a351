// The keyboard in a list: j and k walk along its rows, x chooses, / searches, ? says so. Links and boxes keep the focus,
// so that Enter, Tab and screen readers work as ever. Whoever dictates can switch single keys off.
const OFF = "kring.keys-off";
const help = document.querySelector("#keys");
const rows = () => [...document.querySelectorAll("#results tbody tr")];
const target = (row) => row.querySelector(".cell-main a, a, input");

const remembered = () => {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false;
  }
};

function step(by) {
  const all = rows();
  const now = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[now === -1 ? (by > 0 ? 0 : all.length - 1) : now + by];
  if (!next) return;
  target(next)?.focus();
  next.scrollIntoView({ block: "nearest" });
}

const acts = {
  j: () => step(1),
  k: () => step(-1),
  x: () => rows().find((row) => row.contains(document.activeElement))?.querySelector("[name=pick]")?.click(),
  "/": () => document.querySelector(".filter-bar input[type=search]")?.focus(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help.open) return;
  if (event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
  if (event.key === "?") help.showModal();
  else if (acts[event.key] && !remembered()) acts[event.key]();
  else return;
  event.preventDefault();
});

// The button comes with the list, which htmx may exchange.
const show = () => document.querySelectorAll("[data-keys]").forEach((button) => (button.hidden = false));
show();
document.addEventListener("htmx:afterSwap", show);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys]")) help.showModal();
});

const on = help.querySelector("[data-keys-on]");
on.checked = !remembered();
on.addEventListener("change", () => {
  try {
    localStorage.setItem(OFF, on.checked ? "0" : "1");
  } catch {
    // Without storage they act until the page is left.
  }
});
