// Whoever was logged out meanwhile is answered by another page than the figures: show it whole.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { shouldSwap, xhr } = event.detail;
  if (!shouldSwap || xhr.responseText.includes('id="monitor"')) return;
  event.preventDefault();
  location.reload();
});
