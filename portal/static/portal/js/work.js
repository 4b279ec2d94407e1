// A worker that finds the number with which a salt hashes to a challenge: proof of work against floods of comments.
// Its own SHA-256, as crypto.subtle answers every hash by a promise, and is missing where the site has no https.

const fraction = (number) => ((number - Math.floor(number)) * 2 ** 32) | 0;
const PRIMES = [];
for (let n = 2; PRIMES.length < 64; n++) if (PRIMES.every((prime) => n % prime)) PRIMES.push(n);
const K = Int32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));
const START = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const w = new Int32Array(64);

const turned = (word, by) => (word >>> by) | (word << (32 - by));

// The text, which is ASCII, with its length behind it.
function padded(text) {
  const words = new Int32Array((((text.length + 8) >> 6) + 1) * 16);
  for (let i = 0; i < text.length; i++) words[i >> 2] |= text.charCodeAt(i) << (24 - 8 * (i & 3));
  words[text.length >> 2] |= 0x80 << (24 - 8 * (text.length & 3));
  words[words.length - 1] = 8 * text.length;
  return words;
}

function mix(state, words, at) {
  for (let i = 0; i < 64; i++) {
    if (i < 16) { w[i] = words[at + i]; continue; }
    const x = w[i - 15], y = w[i - 2];
    const s0 = turned(x, 7) ^ turned(x, 18) ^ (x >>> 3), s1 = turned(y, 17) ^ turned(y, 19) ^ (y >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const s1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25), s0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const one = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
  }
  const added = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < 8; i++) state[i] += added[i];
}

function sha256(text) {
  const state = START.slice(), words = padded(text);
  for (let at = 0; at < words.length; at += 16) mix(state, words, at);
  return state;
}

onmessage = ({ data: { salt, challenge, maxNumber } }) => {
  const wanted = Int32Array.from(challenge.match(/.{8}/g), (hex) => parseInt(hex, 16));
  for (let number = 0; number <= maxNumber; number++) {
    if (number % 1000 === 0) postMessage({ done: number / maxNumber });
    if (sha256(salt + number).every((word, i) => word === wanted[i])) return postMessage({ number });
  }
};
