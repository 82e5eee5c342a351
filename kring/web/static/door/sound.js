// Two tones nobody confuses (rising and short: in; low and twice: stop), and the same to feel.

const TONES = {
  green: [
    { at: 0, hertz: 880, length: 0.09 },
    { at: 0.1, hertz: 1320, length: 0.16 },
  ],
  red: [
    { at: 0, hertz: 196, length: 0.22 },
    { at: 0.3, hertz: 147, length: 0.4 },
  ],
};
const SHAKES = { green: [80], red: [250, 120, 250] };
const REMEMBERED = "kring.door.silent";

export class Sound {
  #audio = null;
  #button;

  constructor(button) {
    this.#button = button;
    button.addEventListener("click", () => this.#switch());
    this.#show();
    // A browser lets a page sound only after it was touched.
    for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, () => this.#wake(), { once: true });
  }

  play(kind) {
    navigator.vibrate?.(SHAKES[kind]);
    if (this.#isSilent) return;
    this.#wake();
    for (const tone of TONES[kind]) this.#tone(tone, kind === "red" ? "square" : "sine");
  }

  get #isSilent() {
    return localStorage.getItem(REMEMBERED) === "yes";
  }

  #switch() {
    localStorage.setItem(REMEMBERED, this.#isSilent ? "no" : "yes");
    this.#show();
    if (!this.#isSilent) this.play("green");
  }

  #show() {
    this.#button.setAttribute("aria-pressed", String(!this.#isSilent));
  }

  #wake() {
    this.#audio ??= new AudioContext();
    if (this.#audio.state === "suspended") this.#audio.resume().catch(() => {});
  }

  #tone({ at, hertz, length }, shape) {
    const begin = this.#audio.currentTime + at;
    const volume = this.#audio.createGain();
    volume.gain.setValueAtTime(0.0001, begin);
    volume.gain.exponentialRampToValueAtTime(0.5, begin + 0.01);
    volume.gain.exponentialRampToValueAtTime(0.0001, begin + length);
    const source = new OscillatorNode(this.#audio, { type: shape, frequency: hertz });
    source.connect(volume).connect(this.#audio.destination);
    source.start(begin);
    source.stop(begin + length);
  }
}
