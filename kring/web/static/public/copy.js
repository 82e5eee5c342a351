// A button that copies what stands beside it, and says so to eyes and ears.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    const before = [...button.childNodes];
    button.replaceChildren(button.dataset.copied);
    button.setAttribute("role", "status");
    setTimeout(() => {
      button.replaceChildren(...before);
      button.removeAttribute("role");
    }, 2000);
  });
}
