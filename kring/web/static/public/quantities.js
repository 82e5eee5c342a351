// How many tickets: buttons for one more and one less, and what they cost together.
// Without this script there are number fields and a button, and that is enough.
const form = document.querySelector("[data-quantities]");
// Not there before registration opens, or when there is nothing left.
const out = form?.querySelector("[data-total]");

function step(field, by) {
  const least = Number(field.min || 0);
  const most = Number(field.max || 99);
  const fewest = Number(field.dataset.fewest || 1);
  const wanted = Number(field.value || 0) + by;
  // Between none and the fewest one order may have there is nothing to choose.
  field.value = Math.min(most, Math.max(least, wanted >= fewest ? wanted : by > 0 ? fewest : least));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function add_buttons(field) {
  const box = field.closest(".quantity");
  for (const button of box.querySelectorAll("button")) {
    button.hidden = false;
    button.addEventListener("click", () => step(field, Number(button.dataset.step)));
  }
}

function amount(text) {
  const plain = text.replace(/[\s'’]/g, "");
  const value = Number(plain.includes(".") ? plain.replaceAll(",", "") : plain.replace(",", "."));
  return Number.isFinite(value) ? value : 0;
}

// Where the buyer chooses it, what they typed.
function price_of(field) {
  const chosen = document.getElementById(field.dataset.priceIn ?? "");
  return chosen ? amount(chosen.value) : Number(field.dataset.price);
}

function total(fields) {
  const money = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: form.dataset.currency });
  const sum = fields.reduce((so_far, field) => so_far + Number(field.value || 0) * price_of(field), 0);
  return sum ? money.format(sum) : "";
}

if (out) {
  const fields = [...form.querySelectorAll("input[type=number]")];
  const show = () => {
    for (const field of fields) field.closest(".ticket-type").classList.toggle("is-chosen", Number(field.value) > 0);
    out.textContent = total(fields);
  };
  fields.forEach(add_buttons);
  form.addEventListener("input", show);
  form.addEventListener("change", show);
  window.addEventListener("pageshow", show);
}
