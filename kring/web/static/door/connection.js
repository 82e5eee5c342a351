// Talking to the server, and saying at any time how well that goes.

const SLOW = 1500; // ms
const LONGEST = 10000; // ms

/** No usable answer. `sent` is false when the request never left the device. */
export class NoAnswer extends Error {
  constructor(sent) {
    super(sent ? "lost" : "offline");
    this.sent = sent;
  }
}

export class Connection {
  #badge;
  #failed = 0;

  constructor(badge) {
    this.#badge = badge;
    window.addEventListener("offline", () => this.#say("offline"));
    window.addEventListener("online", () => this.#say("slow"));
    if (!navigator.onLine) this.#say("offline");
  }

  /** Resolves to {status, body}, where body is JSON; throws NoAnswer. */
  async json(url, options = {}) {
    const response = await this.#send(url, { ...options, headers: { Accept: "application/json", ...options.headers } });
    try {
      return { status: response.status, body: await response.json() };
    } catch {
      throw new NoAnswer(true);
    }
  }

  /** Resolves to the text of a piece of a page, also of one that says no; throws NoAnswer for anything else. */
  async fragment(url, options = {}) {
    const response = await this.#send(url, { ...options, headers: { "HX-Request": "true" } });
    if ((!response.ok && response.status !== 409) || response.redirected) throw new NoAnswer(true);
    return response.text();
  }

  async #send(url, options) {
    if (!navigator.onLine) {
      this.#say("offline");
      throw new NoAnswer(false);
    }
    const begun = performance.now();
    const late = setTimeout(() => this.#say("slow"), SLOW);
    try {
      const response = await fetch(url, { ...options, signal: AbortSignal.timeout(LONGEST) });
      // An answer to what was asked before the connection was lost says nothing of how it is now.
      if (navigator.onLine && begun > this.#failed) this.#say(performance.now() - begun > SLOW ? "slow" : "online");
      return response;
    } catch {
      this.#failed = performance.now();
      this.#say("offline");
      throw new NoAnswer(true);
    } finally {
      clearTimeout(late);
    }
  }

  #say(state) {
    if (this.#badge.dataset.state === state) return;
    this.#badge.dataset.state = state;
    for (const word of this.#badge.querySelectorAll("[data-when]")) word.hidden = word.dataset.when !== state;
  }
}
