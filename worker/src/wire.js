// A request and its answer, each handed over in one piece: every call between JavaScript and wasm has its price.

const utf8 = new TextEncoder();

// Method, address, and each header's name and value, a line each: none of them can hold a line break. In bytes, which cross
// quicker than a string does: that goes letter by letter.
export function said(request) {
  let lines = `${request.method}\n${request.url}`;
  for (const [name, value] of request.headers) lines += `\n${name}\n${value}`;
  return utf8.encode(lines);
}

// The body's bytes, up to `most` of them; the rest is read and thrown away.
export async function body(request, most) {
  const parts = [];
  let length = 0;
  for await (const part of request.body ?? []) {
    const kept = part.subarray(0, most - length);
    parts.push(kept);
    length += kept.length;
  }
  if (parts.length === 1) return parts[0];
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

// `lines` are names and values of headers, as above. The bytes are copied: they lie in wasm's memory.
export function answer(status, lines, bytes, encodeBody) {
  const headers = new Headers();
  const words = lines.split("\n");
  for (let at = 0; at + 1 < words.length; at += 2) headers.append(words[at], words[at + 1]);
  return new Response(bytes.length ? bytes.slice() : null, { status, headers, encodeBody });
}
