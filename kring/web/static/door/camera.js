// The camera: opening it, choosing another one, its light, and its pictures.

const REMEMBERED = "kring.door.camera";
const LONGEST_SIDE = 1024;
const BETWEEN_PICTURES = 60; // ms: up to 16 readings a second, where the device can

/** Why a camera does not open, as one of the words the page has a text for. */
export function reason(error) {
  if (!navigator.mediaDevices?.getUserMedia) return "insecure";
  if (error.name === "NotAllowedError" || error.name === "SecurityError") return "denied";
  if (error.name === "NotFoundError" || error.name === "OverconstrainedError") return "missing";
  return "busy";
}

export class Camera {
  #video;
  #track = null;
  #canvas = document.createElement("canvas");
  #picture = this.#canvas.getContext("2d", { willReadFrequently: true });

  constructor(video) {
    this.#video = video;
  }

  /** Shows the remembered camera, else the one at the back. Throws what getUserMedia throws. */
  async open(deviceId = localStorage.getItem(REMEMBERED)) {
    this.close();
    const stream = await this.#stream(deviceId);
    this.#track = stream.getVideoTracks()[0];
    this.#video.srcObject = stream;
    await this.#video.play();
  }

  async #stream(deviceId) {
    const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
    const ask = (which) => navigator.mediaDevices.getUserMedia({ audio: false, video: { ...size, ...which } });
    if (deviceId) {
      try {
        return await ask({ deviceId: { exact: deviceId } });
      } catch (error) {
        if (error.name !== "OverconstrainedError" && error.name !== "NotFoundError") throw error;
        localStorage.removeItem(REMEMBERED);
      }
    }
    return ask({ facingMode: { ideal: "environment" } });
  }

  close() {
    this.#track?.stop();
    this.#track = null;
  }

  get isOpen() {
    return this.#track?.readyState === "live";
  }

  get deviceId() {
    return this.#track?.getSettings().deviceId;
  }

  /** All cameras; their names are known only once one was allowed. */
  async all() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.filter((device) => device.kind === "videoinput");
  }

  async choose(deviceId) {
    localStorage.setItem(REMEMBERED, deviceId);
    await this.open(deviceId);
  }

  get hasTorch() {
    return Boolean(this.#track?.getCapabilities?.().torch);
  }

  async torch(on) {
    await this.#track.applyConstraints({ advanced: [{ torch: on }] });
  }

  /** Calls `use(image)` with one picture after the other for ever, never with two at once. */
  async watch(use) {
    for (;;) {
      const begun = performance.now();
      if (this.isOpen && !document.hidden && this.#video.readyState >= 2) await use(this.#grab());
      const rest = BETWEEN_PICTURES - (performance.now() - begun);
      await new Promise((resolve) => setTimeout(resolve, Math.max(rest, 4)));
    }
  }

  #grab() {
    const { videoWidth, videoHeight } = this.#video;
    const scale = Math.min(1, LONGEST_SIDE / Math.max(videoWidth, videoHeight));
    const width = (this.#canvas.width = Math.round(videoWidth * scale));
    const height = (this.#canvas.height = Math.round(videoHeight * scale));
    this.#picture.drawImage(this.#video, 0, 0, width, height);
    return this.#picture.getImageData(0, 0, width, height);
  }
}
