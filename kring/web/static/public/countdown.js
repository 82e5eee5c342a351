// How long places are still kept, beside the time that is there without a script.
// <p data-until="2026-03-14T13:35:00Z" data-left="{time} left" data-over="…">… <span data-countdown></span></p>
const AN_HOUR = 3600;

function show(box) {
  const out = box.querySelector("[data-countdown]");
  const seconds = Math.ceil((Date.parse(box.dataset.until) - Date.now()) / 1000);
  box.classList.toggle("kept-soon", seconds < 300);
  if (seconds > AN_HOUR) return;
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  out.textContent = ` (${seconds > 0 ? box.dataset.left.replace("{time}", clock) : box.dataset.over})`;
  if (seconds > 0) setTimeout(show, 1000, box);
}

for (const box of document.querySelectorAll("[data-until]")) show(box);
