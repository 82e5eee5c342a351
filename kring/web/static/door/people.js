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
      if (event.target.matches("[data-guest]")) {
        event.preventDefault();
        this.#tickOff(event.target.action, new FormData(event.target, event.submitter));
        return;
      }
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

  #search() {
    return this.#show(`${this.#form.action}?${new URLSearchParams(new FormData(this.#form))}`);
  }

  /** A guest has no verdict over the camera: the list says what became of it. */
  async #tickOff(url, body) {
    await this.#show(url, { method: "POST", body });
    this.#dialog.querySelector("[data-results] [tabindex]")?.focus();
  }

  /** The newest request wins: an answer that comes late is not shown. */
  async #show(url, options = {}) {
    const turn = ++this.#latest;
    const results = this.#dialog.querySelector("[data-results]");
    const failed = this.#dialog.querySelector("[data-failed]");
    try {
      const html = await this.#connection.fragment(url, options);
      if (turn !== this.#latest) return;
      results.innerHTML = html;
      failed.hidden = true;
    } catch {
      failed.hidden = false;
    }
  }
}
