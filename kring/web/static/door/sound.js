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
  #audio = new AudioContext();
  #button;

  constructor(button) {
    this.#button = button;
    button.addEventListener("click", () => this.#switch());
    // A browser lets a page sound only after it was touched; until then the button shows that it is silent.
    this.#audio.addEventListener("statechange", () => this.#show());
    for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, (event) => this.#touched(event));
    this.#show();
  }

  play(kind) {
    // Trying to shake before the first touch would be logged as a fault.
    if (navigator.userActivation?.hasBeenActive !== false) navigator.vibrate?.(SHAKES[kind]);
    if (!this.#isOn) return;
    for (const tone of TONES[kind]) this.#tone(tone, kind === "red" ? "square" : "sine");
  }

  get #isOn() {
    return this.#audio.state === "running" && localStorage.getItem(REMEMBERED) !== "yes";
  }

  #touched(event) {
    if (this.#audio.state === "suspended" && !this.#button.contains(event.target)) this.#audio.resume();
  }

  async #switch() {
    localStorage.setItem(REMEMBERED, this.#isOn ? "yes" : "no");
    await this.#audio.resume();
    this.#show();
    if (this.#isOn) this.play("green");
  }

  #show() {
    this.#button.setAttribute("aria-pressed", String(this.#isOn));
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
