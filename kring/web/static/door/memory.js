// The codes just seen. A ticket stays before the camera for seconds; it is one reading until it has gone away.

const GONE_AFTER = 3000; // ms without being seen

export class Memory {
  #seen = new Map();

  /** True when `code` has come before the camera anew. */
  isNew(code, now = performance.now()) {
    for (const [old, last] of this.#seen) if (now - last > GONE_AFTER) this.#seen.delete(old);
    const isNew = !this.#seen.has(code);
    this.#seen.set(code, now);
    return isNew;
  }
}
