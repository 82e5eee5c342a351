// What shows the camera: why it is dark, which one it is, its light.

import { reason } from "./camera.js";

export class View {
  #camera;
  #root;

  constructor(root, camera) {
    this.#root = root;
    this.#camera = camera;
    this.#part("retry").addEventListener("click", () => this.open());
    this.#part("choice").addEventListener("change", (event) => this.open(event.target.value));
    this.#part("torch").addEventListener("click", () => this.#toggleTorch());
    // Phones end the picture while another application is in front.
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && !this.#camera.isOpen) this.open();
    });
  }

  async open(deviceId) {
    if (this.#root.dataset.camera === "opening") return;
    this.say("opening");
    try {
      await (deviceId ? this.#camera.choose(deviceId) : this.#camera.open());
      this.say("open");
      await this.#offerCameras();
      this.#part("torch").hidden = !this.#camera.hasTorch;
      this.#part("torch").setAttribute("aria-pressed", "false");
    } catch (error) {
      this.say(reason(error));
    }
  }

  /** One of the states the page has a text for: opening, open, denied, missing, busy, insecure, unreadable. */
  say(state) {
    this.#root.dataset.camera = state;
    for (const text of this.#root.querySelectorAll("[data-camera-is]")) text.hidden = text.dataset.cameraIs !== state;
    this.#part("retry").hidden = !["denied", "missing", "busy"].includes(state);
  }

  async #offerCameras() {
    const cameras = await this.#camera.all();
    const choice = this.#part("choice");
    choice.replaceChildren(
      ...cameras.map(({ label, deviceId }, index) => {
        return new Option(label || String(index + 1), deviceId, false, deviceId === this.#camera.deviceId);
      }),
    );
    this.#part("cameras").hidden = cameras.length < 2;
  }

  async #toggleTorch() {
    const button = this.#part("torch");
    const on = button.getAttribute("aria-pressed") !== "true";
    await this.#camera.torch(on);
    button.setAttribute("aria-pressed", String(on));
  }

  #part(name) {
    return this.#root.querySelector(`[data-part=${name}]`);
  }
}
