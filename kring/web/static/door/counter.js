// How many are in: here and in all. Asking for it also shows whether the server can be reached.

const CALM = 10000; // ms between two questions
const UNEASY = 3000; // ms, while there is no connection

export class Counter {
  #element;
  #connection;

  constructor(element, connection) {
    this.#element = element;
    this.#connection = connection;
    this.#ask();
  }

  /** Somebody was let in at this door; the true numbers follow with the next answer. */
  add() {
    this.#write({ here: this.#number("here") + 1, inside: this.#number("inside") + 1 });
  }

  async #ask() {
    let pause = CALM;
    try {
      const { status, body } = await this.#connection.json(this.#element.dataset.url);
      if (status === 200) this.#write(body);
    } catch {
      pause = UNEASY;
    }
    setTimeout(() => this.#ask(), pause);
  }

  #number(name) {
    return Number(this.#element.querySelector(`[data-count=${name}]`).dataset.value);
  }

  #write(numbers) {
    const lang = document.documentElement.lang;
    for (const [name, value] of Object.entries(numbers)) {
      const place = this.#element.querySelector(`[data-count=${name}]`);
      if (!place) continue;
      place.dataset.value = value;
      place.textContent = value.toLocaleString(lang);
    }
  }
}
