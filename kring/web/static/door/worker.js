// Reads QR codes from pictures, beside the page, so that the picture never stutters. A classic worker:
// the library comes as one script. Its addresses carry a hash, so the page says where they are.
/* global ZXingWASM, importScripts */
"use strict";

const OPTIONS = { formats: ["QRCode"], maxNumberOfSymbols: 1, tryHarder: true, tryInvert: true, tryRotate: false };

async function read(image) {
  const found = await ZXingWASM.readBarcodes(image, OPTIONS);
  return found.length ? found[0].text : null;
}

self.addEventListener("message", async ({ data }) => {
  try {
    if (data.library) {
      importScripts(data.library);
      await ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => data.wasm }, fireImmediately: true });
      self.postMessage({ ready: true });
    } else {
      self.postMessage({ text: await read(data.image) });
    }
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
});
