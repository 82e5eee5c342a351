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
