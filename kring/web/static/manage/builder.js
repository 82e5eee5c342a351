// Composing a form. Without this script every act is a page or a button of its own; with it questions are moved with
// the pointer, choices get rows as needed, and a condition shows the answers of the question it waits for.

// --- questions move with the pointer --------------------------------------------------------------
function send_to(question, place) {
  window.htmx.ajax("POST", question.dataset.position, {
    source: question,
    target: "#builder",
    swap: "outerHTML",
    values: { to: place },
  });
}

function mark(list, over, after) {
  for (const item of list.children) {
    item.classList.toggle("is-before", item === over && !after);
    item.classList.toggle("is-after", item === over && after);
  }
}

function drag(list, question, grip, event) {
  let over = null;
  let after = false;
  grip.setPointerCapture(event.pointerId);
  question.classList.add("is-dragged");

  const move = (moved) => {
    over = document.elementFromPoint(moved.clientX, moved.clientY)?.closest("[data-question]");
    if (over?.parentElement !== list) over = null;
    const box = over?.getBoundingClientRect();
    after = Boolean(box) && moved.clientY > box.top + box.height / 2;
    mark(list, over, after);
  };
  const end = () => {
    grip.removeEventListener("pointermove", move);
    question.classList.remove("is-dragged");
    mark(list, null, false);
    if (!over || over === question) return;
    const rest = [...list.querySelectorAll("[data-question]")].filter((each) => each !== question);
    send_to(question, rest.indexOf(over) + (after ? 1 : 0));
  };
  grip.addEventListener("pointermove", move);
  grip.addEventListener("pointerup", end, { once: true });
  grip.addEventListener("pointercancel", () => ((over = null), end()), { once: true });
}

function let_move(list) {
  for (const question of list.querySelectorAll("[data-question]")) {
    const grip = question.querySelector("[data-grip]");
    if (!grip?.hidden) continue;
    grip.hidden = false;
    grip.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      drag(list, question, grip, event);
    });
  }
}

// --- rows of choices --------------------------------------------------------------------------------
function number_rows(rows) {
  const shown = [...rows.querySelectorAll("[data-choice-row]")].filter((row) => !row.hidden);
  shown.forEach((row, index) => (row.querySelector("[data-order] input").value = index + 1));
}

function is_blank(row) {
  return [...row.querySelectorAll("[name$=-label], [name$=-value], [name$=-places]")].every((each) => !each.value);
}

function ready_row(row, rows) {
  row.querySelector("[data-order]").hidden = true;
  for (const button of row.querySelectorAll("[data-move]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const other = Number(button.dataset.move) < 0 ? row.previousElementSibling : row.nextElementSibling;
      if (!other) return;
      if (Number(button.dataset.move) < 0) other.before(row);
      else other.after(row);
      number_rows(rows);
      button.focus();
      row.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
}

function add_row(box, rows) {
  const waiting = rows.querySelector("[data-choice-row][hidden]");
  if (waiting) {
    waiting.hidden = false;
    number_rows(rows);
    waiting.querySelector("[name$=-label]").focus();
    return;
  }
  const total = box.querySelector("[name$=TOTAL_FORMS]");
  const holder = document.createElement("div");
  holder.innerHTML = box.querySelector("template").innerHTML.replaceAll("__prefix__", total.value);
  const row = holder.firstElementChild;
  rows.append(row);
  total.value = Number(total.value) + 1;
  ready_row(row, rows);
  number_rows(rows);
  row.querySelector("[name$=-label]").focus();
}

function ready_choices(box) {
  if (box.dataset.ready !== undefined) return;
  box.dataset.ready = "";
  const rows = box.querySelector("[data-choice-rows]");
  // Without the script some empty rows wait; with it two are enough to begin with.
  const blank = [...rows.children].filter(is_blank);
  const filled = rows.children.length - blank.length;
  for (const row of blank.slice(Math.max(0, 2 - filled))) row.hidden = true;
  for (const row of rows.children) ready_row(row, rows);
  if ([...rows.children].some((row) => !is_blank(row))) number_rows(rows);
  const button = box.querySelector("[data-add-choice]");
  button.hidden = false;
  button.addEventListener("click", () => add_row(box, rows));
  rows.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[name$=-label]")) return;
    event.preventDefault();
    add_row(box, rows);
  });
}

// --- conditions: the answers of the question it waits for ---------------------------------------------
function ready_condition(form) {
  const chosen = form.querySelector("[name=shown_if]");
  const options = [...form.querySelectorAll("[name=shown_if_values]")];
  const box = document.querySelector("#div_id_shown_if_values");
  if (!chosen || !box || form.dataset.condition !== undefined) return;
  form.dataset.condition = "";
  const show = () => {
    const mine = options.filter((each) => each.dataset.of === chosen.value);
    for (const each of options) each.closest(".form-check").hidden = !mine.includes(each);
    for (const heading of box.querySelectorAll("strong")) heading.hidden = true;
    box.hidden = mine.length === 0;
  };
  chosen.addEventListener("change", show);
  show();
}

function ready(root) {
  for (const list of root.querySelectorAll("[data-questions]")) let_move(list);
  for (const box of root.querySelectorAll("[data-choices]")) ready_choices(box);
  for (const form of root.querySelectorAll(".question-form")) ready_condition(form);
}

ready(document);
document.addEventListener("htmx:afterSwap", (event) => {
  ready(document);
  if (event.target.matches?.(".question-edit")) event.target.querySelector("input:not([type=hidden])")?.focus();
});
// The preview is to be tried, never sent.
document.addEventListener("submit", (event) => event.target.matches("[data-preview]") && event.preventDefault(), true);
// An edit in place is left by emptying its place; as a page of its own the link leads back.
document.addEventListener("click", (event) => {
  const place = event.target.closest("[data-close-edit]")?.closest(".question-edit");
  if (!place) return;
  event.preventDefault();
  place.replaceChildren();
});
