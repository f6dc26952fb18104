// The packed blocks of the page: unpacked when asked for, the latest kept.

const MOST_KEPT = 48;
const decoder = new TextDecoder();
const kept = new Map();

/** Give a block's bytes. */
function block(name) {
  const known = kept.get(name);
  if (known) kept.delete(name);
  const bytes = known ?? unpacked(name);
  kept.set(name, bytes);
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value);
  return bytes;
}

async function unpacked(name) {
  const packed = new Blob([bytesOf(document.getElementById(name).textContent)]);
  const stream = packed.stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function bytesOf(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  const letters = atob(base64);
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at++) bytes[at] = letters.charCodeAt(at);
  return bytes;
}

/** Give a block that holds a value. */
async function valueOf(name) {
  return JSON.parse(decoder.decode(await block(name)));
}

/** Give a block that holds numbers, in an array of this type. */
async function numbersOf(name, Type) {
  const bytes = await unpacked(name);
  return new Type(bytes.buffer, 0, bytes.byteLength / Type.BYTES_PER_ELEMENT);
}
