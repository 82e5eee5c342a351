// htmx acts for elements of ours only. What changes something is sent with the key that stands on the element itself
// (data-token), where only the server writes it: a key found elsewhere on the page, by an element that came in with
// somebody's text, is not sent along.
document.addEventListener("htmx:configRequest", (event) => {
  const { elt, verb, headers, parameters } = event.detail;
  delete parameters.csrfmiddlewaretoken;
  delete headers["X-CSRFToken"];
  if (verb === "get") return;
  if (elt.dataset.token && !elt.closest("[data-hx-disable]")) headers["X-CSRFToken"] = elt.dataset.token;
  else event.preventDefault();
});
// What was filled in before htmx listened, or was put back by the browser, changes the price as well.
function differs(field) {
  const options = [...(field.options ?? [])];
  if (options.length) return options.some((each) => each.defaultSelected) && options.some((each) => each.selected !== each.defaultSelected);
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  return field.defaultValue !== undefined && field.value !== field.defaultValue;
}

addEventListener("load", () => {
  const form = document.querySelector("form#about");
  if (form && [...form.elements].some(differs)) form.dispatchEvent(new Event("change"));
});
