// Questions that depend on an answer come and go with it. Without this script all are there, and the server decides.
function answers_to(form, name) {
  const inputs = [...form.elements].filter((each) => each.name === name && each.type !== "hidden");
  const ticks = inputs.filter((each) => each.type === "checkbox" || each.type === "radio");
  if (ticks.length === 1 && ticks[0].type === "checkbox" && ticks[0].dataset.consent !== undefined) {
    return [ticks[0].checked ? "yes" : "no"];
  }
  const chosen = ticks.length ? ticks.filter((each) => each.checked) : inputs;
  return chosen.map((each) => each.value).filter((value) => value !== "");
}

function is_due(form, question) {
  const other = form.querySelector(`[data-answers="${question.dataset.waitsFor}"]`);
  if (other?.hidden) return false;
  const values = JSON.parse(question.dataset.values);
  const given = answers_to(form, question.dataset.waitsFor);
  return values.length ? given.some((value) => values.includes(value)) : given.length > 0;
}

export function follow(form) {
  form.classList.add("has-conditions");
  const questions = [...form.querySelectorAll("[data-waits-for]")];
  // In the order of the page: what a question depends on stands before it.
  const show = () => questions.forEach((question) => (question.hidden = !is_due(form, question)));
  form.addEventListener("input", show);
  form.addEventListener("change", show);
  window.addEventListener("pageshow", show);
  show();
}

function follow_all(root) {
  const forms = new Set([...root.querySelectorAll("[data-waits-for]")].map((each) => each.closest("form")));
  for (const form of forms) if (form && !form.classList.contains("has-conditions")) follow(form);
}

// A file that is too large is said to be before it is sent: the server would close the door in the middle of it.
document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches?.("[data-largest]")) return;
  const file = input.files[0];
  const note = input.parentElement.querySelector("[data-too-large]") ?? document.createElement("p");
  note.remove();
  if (!file || file.size <= Number(input.dataset.largest)) return;
  note.dataset.tooLarge = "";
  note.className = "invalid-feedback";
  note.setAttribute("role", "alert");
  note.textContent = input.dataset.largestWords;
  input.after(note);
  input.value = "";
});

follow_all(document);
document.addEventListener("htmx:afterSwap", () => follow_all(document));
