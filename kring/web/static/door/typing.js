// Typed codes. A hand scanner is a keyboard: whatever is typed anywhere goes into the one field, Enter sends it.

const OWN_KEYS = "input, textarea, select, [contenteditable], dialog *";

export class Typing {
  constructor(form, send) {
    const field = form.elements.code;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const code = field.value.trim();
      field.value = "";
      // Without focus there, a phone's keyboard goes away and shows the answer.
      field.blur();
      if (code) send(code);
    });
    document.addEventListener("keydown", (event) => {
      const isLetter = event.key.length === 1 && event.key !== " ";
      if (!isLetter || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(OWN_KEYS)) return;
      field.focus();
    });
  }
}
