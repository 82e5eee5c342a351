// Success floats in a corner and goes after a while; everything else stays where it is until it is closed.
const STAYS_FOR = 8000;
const region = document.getElementById("messages");

if (region) {
  enhance();
  // htmx brings new ones (components/messages.html, out of band).
  document.addEventListener("htmx:oobAfterSwap", enhance);
}

function enhance() {
  const here = document.getElementById("messages");
  for (const message of here.querySelectorAll(".message:not([data-ready])")) {
    message.dataset.ready = "";
    message.append(closeButton(message, here.dataset.close));
    if (message.classList.contains("notice-success")) float(message);
  }
}

function closeButton(message, label) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "message-close";
  button.setAttribute("aria-label", label);
  button.textContent = "×";
  button.addEventListener("click", () => message.remove());
  return button;
}

function float(message) {
  let corner = document.querySelector(".messages-floating");
  if (!corner) {
    corner = document.createElement("div");
    corner.className = "messages-floating";
    corner.setAttribute("role", "status");
    document.body.append(corner);
  }
  // Into the live region after it exists: that is what makes screen readers say it.
  setTimeout(() => corner.append(message), 100);
  let timer = setTimeout(() => message.remove(), STAYS_FOR);
  for (const pause of ["pointerenter", "focusin"]) message.addEventListener(pause, () => clearTimeout(timer));
  message.addEventListener("pointerleave", () => {
    timer = setTimeout(() => message.remove(), STAYS_FOR);
  });
}
