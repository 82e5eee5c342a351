// How long places are still kept, beside the time that is there without a script. In the last hour to the second;
// with data-long also before, in days, hours and minutes.
// <p data-until="2026-03-14T13:35:00Z" data-left="{time} left" data-over="…" data-long>… <span data-countdown></span></p>
const A_MINUTE = 60;
const AN_HOUR = 3600;
const A_DAY = 86400;

function unit(number, name) {
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: name, unitDisplay: "long" }).format(number);
}

function long(seconds) {
  const hours = Math.floor(seconds / AN_HOUR);
  if (seconds >= 2 * A_DAY) return `${unit(Math.floor(seconds / A_DAY), "day")}, ${unit(hours % 24, "hour")}`;
  return `${unit(hours, "hour")}, ${unit(Math.floor((seconds % AN_HOUR) / A_MINUTE), "minute")}`;
}

function clock(seconds) {
  return `${Math.floor(seconds / A_MINUTE)}:${String(seconds % A_MINUTE).padStart(2, "0")}`;
}

function show(box) {
  const out = box.querySelector("[data-countdown]");
  const seconds = Math.ceil((Date.parse(box.dataset.until) - Date.now()) / 1000);
  const isLong = seconds > AN_HOUR;
  box.classList.toggle("kept-soon", seconds < 300);
  if (isLong && !("long" in box.dataset)) return;
  const left = box.dataset.left.replace("{time}", isLong ? long(seconds) : clock(seconds));
  out.textContent = ` (${seconds > 0 ? left : box.dataset.over})`;
  if (seconds > 0) setTimeout(show, 1000, box);
}

for (const box of document.querySelectorAll("[data-until]")) show(box);
