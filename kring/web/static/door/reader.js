// The page's side of worker.js: one picture in, its code or null out.

export class Reader {
  #worker;
  #waiting = null;

  /** `address` is where worker.js is. `ready` resolves once it can read, or rejects if it never will. */
  constructor(address) {
    this.#worker = new Worker(address);
    this.#worker.addEventListener("message", ({ data }) => this.#answered(data));
    this.#worker.addEventListener("error", (event) => this.#answered({ error: event.message || "worker" }));
    this.ready = this.#ask({});
  }

  /** Resolves to the text of the code in `image` (ImageData, which is given away), or null. */
  async read(image) {
    const answer = await this.#ask({ image }, [image.data.buffer]);
    return answer.text;
  }

  #ask(message, transfer = []) {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#worker.postMessage(message, transfer);
    });
  }

  #answered(data) {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (data.error) waiting?.reject(new Error(data.error));
    else waiting?.resolve(data);
  }
}
