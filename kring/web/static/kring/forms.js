// Forms: go to what is wrong, send once, write account numbers in groups of four.
const wrong = document.querySelector(".error-summary");
if (wrong) (document.querySelector("input.is-invalid, select.is-invalid, textarea.is-invalid, [aria-invalid=true]") || wrong).focus();

document.addEventListener("submit", (event) => {
  const form = event.target;
  // What is shown in a frame or another window leaves the form on the page.
  if (form.method !== "post" || event.defaultPrevented || event.submitter?.formTarget) return;
  if (form.dataset.sent !== undefined) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "";
  event.submitter?.setAttribute("aria-busy", "true");
});

// Back from the next page: the form may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  }
});

// A request of htmx that ends leaves the form on the page.
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) delete form.dataset.sent;
});

for (const field of document.querySelectorAll("[data-groups-of-four]")) {
  field.addEventListener("blur", () => {
    field.value = field.value.replace(/\s+/g, "").toUpperCase().replace(/(.{4})(?=.)/g, "$1 ");
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
