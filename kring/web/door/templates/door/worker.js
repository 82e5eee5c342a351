{% load static %}// Reads QR codes from pictures, beside the page, so that the picture never stutters. A page of its own because
// it needs a security policy of its own. A classic worker: the library comes as one script.
/* global ZXingWASM, importScripts */
"use strict";

const OPTIONS = { formats: ["QRCode"], maxNumberOfSymbols: 1, tryHarder: true, tryInvert: true, tryRotate: false };

async function start() {
  importScripts("{% static "vendor/zxing-wasm/reader.js" %}");
  const locateFile = () => "{% static "vendor/zxing-wasm/zxing_reader.wasm" %}";
  await ZXingWASM.prepareZXingModule({ overrides: { locateFile }, fireImmediately: true });
  return { ready: true };
}

async function read(image) {
  const found = await ZXingWASM.readBarcodes(image, OPTIONS);
  return { text: found.length ? found[0].text : null };
}

self.addEventListener("message", async ({ data }) => {
  try {
    self.postMessage(await (data.image ? read(data.image) : start()));
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
});
