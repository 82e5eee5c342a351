// Light, dark or as the system: switched at once, so that a half-filled form survives. The links work without this.
for (const switcher of document.querySelectorAll("[data-appearance]")) {
  switcher.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-value]");
    if (!link) return;
    event.preventDefault();
    choose(link.dataset.value);
  });
}

function choose(value) {
  const lifetime = value ? 31536000 : 0;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `kring_appearance=${value}; Path=/; Max-Age=${lifetime}; SameSite=Lax${secure}`;
  if (value) document.documentElement.dataset.bsTheme = value;
  else delete document.documentElement.dataset.bsTheme;
  document.querySelector('meta[name="color-scheme"]').content = value || "light dark";
  for (const link of document.querySelectorAll("[data-appearance] a[data-value]")) {
    if (link.dataset.value === value) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}
