// The sum of a sale while it is entered, and the change. Without this script the next page says the sum.

function amount(text) {
  const value = Number.parseFloat(text.trim().replace(/\s/g, "").replace(",", "."));
  return Number.isFinite(value) ? value : 0;
}

function sum_of(form) {
  let cents = 0;
  for (const field of form.querySelectorAll("[data-price]")) {
    const chosen = form.elements[field.dataset.priceIn];
    const cheaper = JSON.parse(field.dataset.prices ?? "{}")[form.elements.profession?.value];
    const price = chosen ? amount(chosen.value) : Number(cheaper ?? field.dataset.price);
    cents += Math.round(price * 100) * (Number.parseInt(field.value, 10) || 0);
  }
  for (const row of form.querySelectorAll("[data-other]")) {
    const [type, number, price] = row.querySelectorAll("select, input");
    if (type.value) cents += Math.round(amount(price.value) * 100) * (number.value === "" ? 1 : Number.parseInt(number.value, 10) || 0);
  }
  const kind = form.querySelector("[name=kind]:checked");
  return kind && form.dataset.free.split(" ").includes(kind.value) ? 0 : cents;
}

for (const form of document.querySelectorAll("[data-sale]")) {
  const box = form.querySelector("[data-total]");
  const words = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: form.dataset.currency });
  const show = () => {
    const sum = sum_of(form);
    const given = Math.round(amount(box.querySelector("[data-given]").value) * 100);
    box.querySelector("[data-sum]").textContent = words.format(sum / 100);
    box.querySelector("[data-change]").textContent = given > sum ? words.format((given - sum) / 100) : "";
  };
  box.hidden = false;
  form.addEventListener("input", show);
  form.addEventListener("change", show);
  show();
}
