// Looking somebody up by name, in a dialog over the camera. The server's list of people is the same as on its page.

const PAUSE = 250; // ms without typing

export class People {
  #dialog;
  #connection;
  #timer = null;
  #latest = 0;

  /** `admit(form)` sends the form of the button that was pressed. */
  constructor(dialog, opener, connection, admit) {
    this.#dialog = dialog;
    this.#connection = connection;
    const field = this.#form.elements.q;
    opener.addEventListener("click", (event) => {
      event.preventDefault();
      dialog.showModal();
      field.select();
    });
    field.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#search(), PAUSE);
    });
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#search();
    });
    dialog.querySelector("[data-act=close]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("submit", (event) => {
      if (!event.target.matches("[data-admission]")) return;
      event.preventDefault();
      dialog.close();
      // Enter goes on to the next scan; it must not open this again.
      opener.blur();
      admit(event.target);
    });
  }

  get isOpen() {
    return this.#dialog.open;
  }

  get #form() {
    return this.#dialog.querySelector("[data-search]");
  }

  async #search() {
    const turn = ++this.#latest;
    const url = `${this.#form.action}?${new URLSearchParams(new FormData(this.#form))}`;
    const results = this.#dialog.querySelector("[data-results]");
    const failed = this.#dialog.querySelector("[data-failed]");
    try {
      const html = await this.#connection.fragment(url);
      if (turn !== this.#latest) return;
      results.innerHTML = html;
      failed.hidden = true;
    } catch {
      failed.hidden = false;
    }
  }
}
