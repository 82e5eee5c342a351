// Rows of a form: empty ones wait behind a button. Without a script one empty row is always there.
for (const box of document.querySelectorAll("[data-rows]")) {
  const total = box.querySelector(`[name="${box.dataset.rows}-TOTAL_FORMS"]`);
  const template = box.querySelector("template");
  const button = box.querySelector("[data-add-row]");

  const rows = [...box.querySelectorAll("[data-row]")];
  for (const row of rows.slice(1)) {
    if (row.dataset.empty !== undefined && !row.querySelector(".is-invalid")) {
      row.remove();
      total.value -= 1;
    }
  }

  // Once people may register, types are changed but not added.
  if (!button) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const holder = document.createElement("div");
    holder.innerHTML = template.innerHTML.replaceAll("__prefix__", total.value);
    const row = holder.firstElementChild;
    button.before(row);
    total.value = Number(total.value) + 1;
    row.querySelector("input:not([type=hidden])").focus();
  });
}
