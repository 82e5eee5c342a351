// The answer over the camera. Kinds: checking, green, red, amber (a person decides), and trouble (nothing is known of this ticket).

const GREEN_STAYS = 3000; // ms

/** A member's card is green where the membership is valid, and amber where somebody may let in with their ticket. */
export function kindOf(answer) {
  if (answer.valid) return "green";
  if (answer.can_let_in_anyway) return "amber";
  return answer.is_member ? "green" : "red";
}

export class Screen {
  #box;
  #announcer;
  #timer = null;

  constructor(box, announcer) {
    this.#box = box;
    this.#announcer = announcer;
    box.querySelector("[data-act=next]").addEventListener("click", (event) => {
      event.preventDefault();
      this.clear();
    });
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  get kind() {
    return this.#box.hidden ? "idle" : this.#box.dataset.kind;
  }

  checking() {
    this.#show("checking", {});
  }

  /** What the server said: the JSON of /api/ticket/validate. */
  verdict(answer) {
    this.#show(kindOf(answer), answer);
    // What is to be paid stays until somebody has seen to it.
    if (answer.valid && !answer.cash) this.#timer = setTimeout(() => this.clear(), GREEN_STAYS);
  }

  /** No answer. `sent`: it left the device, so perhaps it arrived. */
  trouble({ sent }) {
    this.#show("trouble", {});
    for (const text of this.#box.querySelectorAll("[data-sent]")) text.hidden = (text.dataset.sent === "yes") !== sent;
    this.#announce();
  }

  clear() {
    clearTimeout(this.#timer);
    this.#box.hidden = true;
    this.#announcer.textContent = "";
    // The camera is what the page is about: keys go to nothing in particular, and so to the field.
    if (this.#box.contains(document.activeElement)) document.activeElement.blur();
  }

  /** Escape, and Enter or space where they would do nothing else, go on to the next scan. */
  #key(event) {
    const goesOn = event.key === "Escape" || (["Enter", " "].includes(event.key) && event.target === document.body);
    if (!goesOn || this.kind === "idle" || this.kind === "checking" || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    this.clear();
  }

  #show(kind, answer) {
    clearTimeout(this.#timer);
    this.#box.dataset.kind = kind;
    for (const slot of this.#box.querySelectorAll("[data-slot]")) {
      slot.textContent = answer[slot.dataset.slot] ?? "";
      slot.hidden = !slot.textContent;
    }
    for (const part of this.#box.querySelectorAll("[data-for]")) {
      part.hidden = !part.dataset.for.split(" ").includes(kind);
    }
    for (const link of this.#box.querySelectorAll("[data-error]")) link.hidden = link.dataset.error !== answer.error;
    this.#offerToTake(answer.cash);
    this.#box.hidden = false;
    this.#announce();
    // A fresh element each time makes the entrance visible again when green follows green.
    this.#box.classList.remove("verdict-fresh");
    void this.#box.offsetWidth;
    this.#box.classList.add("verdict-fresh");
  }

  /** The buttons that note cash; `cash` as the server gives it, or nothing. */
  #offerToTake(cash) {
    const form = this.#box.querySelector("[data-cash]");
    form.hidden = !cash;
    if (!cash) return;
    form.elements.ticket.value = cash.ticket;
    form.elements.seen.value = cash.left;
    for (const button of form.querySelectorAll("[data-part-of]")) {
      const part = button.dataset.partOf;
      button.value = cash[part];
      button.querySelector("span").textContent = cash[`${part}_text`];
      button.hidden = part === "share" && (cash.share === cash.left || Number(cash.share) === 0);
    }
  }

  #announce() {
    const words = [...this.#box.querySelectorAll("[data-read]")].filter((part) => part.offsetParent !== null);
    this.#announcer.textContent = words.map((part) => part.textContent.trim()).join(". ");
  }
}
