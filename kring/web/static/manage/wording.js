// The text of a mail shows how it looks while one writes; without this, the button does.
const form = document.getElementById("wording");
const show = document.getElementById("show");
let frame = document.querySelector(".mail-frame");
const PAUSE = 600;

// A new frame for each look: the browser's way back leads to the page before, not through all of them.
form.addEventListener("submit", (event) => {
  if (event.submitter !== show) return;
  const next = frame.cloneNode();
  next.removeAttribute("src");
  frame.removeAttribute("name");
  frame.replaceWith(next);
  frame = next;
});

let waiting;
form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => form.requestSubmit(show), PAUSE);
});

// Where the mail stands below the form, the button leads there.
show.addEventListener("click", (event) => {
  if (event.isTrusted) setTimeout(() => frame.scrollIntoView({ block: "nearest" }));
});
