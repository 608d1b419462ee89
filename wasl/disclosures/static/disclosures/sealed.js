/*
  Sealed boxes and key files in the browser, with WebCrypto alone: the twin of sealing.py, keyfiles.py and
  contents.py. A private key never leaves this page's memory, and nothing opened here is sent anywhere.
*/
(() => {
  "use strict";
  const subtle = globalThis.crypto && crypto.subtle;
  const encoder = new TextEncoder();
  const MAGIC = encoder.encode("WSB1");
  const HEAD = 4 + 16 + 32 + 32 + 1;
  const SLOT = 16 + 48;
  const NONCE = new Uint8Array(12);
  const PKCS8 = Uint8Array.from([0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20]);
  const KEY_FORMAT = "wasl-disclosures-key/1";

  const join = (...parts) => {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) { all.set(part, at); at += part.length; }
    return all;
  };
  const text = (value) => encoder.encode(value);
  const fromBase64 = (value) => Uint8Array.from(atob(value), (letter) => letter.charCodeAt(0));
  const toBase64 = (bytes) => {
    let letters = "";
    for (let at = 0; at < bytes.length; at += 8192) letters += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return btoa(letters);
  };
  const same = (one, two) => one.length === two.length && one.every((byte, at) => byte === two[at]);
  const sha256 = async (bytes) => new Uint8Array(await subtle.digest("SHA-256", bytes));

  const keyId = async (publicKey) => (await sha256(join(text("wasl disclosures key id v1\n"), publicKey))).slice(0, 16);
  const context = (reporter, author) => join(text("wasl disclosures box v1\n"), reporter, text(author));

  const hkdf = async (secret, salt, info, bytes) => {
    const key = await subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
    const bits = await subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info }, key, bytes * 8);
    return new Uint8Array(bits);
  };
  const aes = (raw, use) => subtle.importKey("raw", raw, "AES-GCM", false, [use]);
  const encrypt = async (raw, content, additionalData, iv = NONCE) => new Uint8Array(
    await subtle.encrypt({ name: "AES-GCM", iv, additionalData }, await aes(raw, "encrypt"), content));
  const decrypt = async (raw, content, additionalData, iv = NONCE) => new Uint8Array(
    await subtle.decrypt({ name: "AES-GCM", iv, additionalData }, await aes(raw, "decrypt"), content));

  const publicKeyOf = (raw) => subtle.importKey("raw", raw, { name: "X25519" }, true, []);
  const privateKeyOf = (raw) => subtle.importKey("pkcs8", join(PKCS8, raw), { name: "X25519" }, true, ["deriveBits"]);
  const exchange = async (privateKey, raw) => {
    const shared = new Uint8Array(await subtle.deriveBits({ name: "X25519", public: await publicKeyOf(raw) }, privateKey, 256));
    if (shared.every((byte) => byte === 0)) throw new Error("a key of low order");
    return shared;
  };
  // The public half of a private key: WebCrypto tells it in the key's JWK.
  const publicOf = async (privateKey) => {
    const jwk = await subtle.exportKey("jwk", privateKey);
    return fromBase64(jwk.x.replace(/-/g, "+").replace(/_/g, "/") + "=");
  };

  const wrapping = (shared, ephemeral, reader, where) =>
    hkdf(shared, join(ephemeral, reader), join(text("wasl disclosures wrap v1\n"), where), 32);
  const split = async (contentKey, where) => {
    // An absent salt is a hash's length of zeros (RFC 5869, 2.2).
    const made = await hkdf(contentKey, new Uint8Array(32), join(text("wasl disclosures content v1\n"), where), 64);
    return [made.slice(0, 32), made.slice(32)];
  };

  const pad = (content) => {
    const whole = content.length + 4;
    let size = 1024;
    while (size < whole && size < 65536) size *= 2;
    if (size < whole) size = Math.ceil(whole / 65536) * 65536;
    const padded = new Uint8Array(size);
    new DataView(padded.buffer).setUint32(0, content.length);
    padded.set(content, 4);
    return padded;
  };
  const unpad = (padded) => {
    const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0);
    if (length > padded.length - 4) throw new Error("damaged");
    return padded.slice(4, 4 + length);
  };

  const headerOf = (box) => {
    if (box.length < HEAD || !same(box.slice(0, 4), MAGIC)) throw new Error("not a sealed box");
    const count = box[HEAD - 1];
    const end = HEAD + count * SLOT;
    if (count < 1 || count > 64 || box.length < end + 1040) throw new Error("not a sealed box");
    const readers = Array.from({ length: count }, (_none, at) => box.slice(HEAD + at * SLOT, HEAD + at * SLOT + 16));
    return { readers, end };
  };

  const open = async (box, privateKey, where) => {
    const { readers, end } = headerOf(box);
    const own = await publicOf(privateKey);
    const id = await keyId(own);
    const at = readers.findIndex((reader) => same(reader, id));
    if (at < 0) throw new Error("not sealed to this key");
    const ephemeral = box.slice(20, 52);
    const key = await wrapping(await exchange(privateKey, ephemeral), ephemeral, own, where);
    const begin = HEAD + at * SLOT + 16;
    const contentKey = await decrypt(key, box.slice(begin, begin + 48), new Uint8Array());
    const [encrypting, commitment] = await split(contentKey, where);
    if (!same(commitment, box.slice(52, 84))) throw new Error("damaged");
    return unpad(await decrypt(encrypting, box.slice(end), join(where, box.slice(0, end))));
  };

  const seal = async (content, readers, where) => {
    const known = new Map(readers.map((reader) => [toBase64(reader), reader]));
    const publics = [...known.values()].sort((one, two) => {
      const at = one.findIndex((byte, place) => byte !== two[place]);
      return at < 0 ? 0 : one[at] - two[at];
    });
    if (!publics.length || publics.length > 64) throw new Error("readers");
    const contentKey = crypto.getRandomValues(new Uint8Array(32));
    const pair = await subtle.generateKey({ name: "X25519" }, true, ["deriveBits"]);
    const ephemeral = new Uint8Array(await subtle.exportKey("raw", pair.publicKey));
    const [encrypting, commitment] = await split(contentKey, where);
    const id = crypto.getRandomValues(new Uint8Array(16));
    let header = join(MAGIC, id, ephemeral, commitment, Uint8Array.of(publics.length));
    for (const reader of publics) {
      const key = await wrapping(await exchange(pair.privateKey, reader), ephemeral, reader, where);
      header = join(header, await keyId(reader), await encrypt(key, contentKey, new Uint8Array()));
    }
    return join(header, await encrypt(encrypting, pad(content), join(where, header)));
  };

  const unlock = async (file, passphrase) => {
    const content = JSON.parse(file);
    const rounds = content.kdf && content.kdf.iterations;
    if (content.format !== KEY_FORMAT || !(rounds >= 100000 && rounds <= 10000000)) throw new Error("not a key file");
    const publicKey = fromBase64(content.public);
    const word = await subtle.importKey("raw", text(passphrase), "PBKDF2", false, ["deriveBits"]);
    const stretched = new Uint8Array(await subtle.deriveBits(
      { name: "PBKDF2", hash: "SHA-256", salt: fromBase64(content.kdf.salt), iterations: rounds }, word, 256));
    const bound = join(text(KEY_FORMAT + "\n"), publicKey);
    const privateKey = await privateKeyOf(await decrypt(stretched, fromBase64(content.sealed), bound, fromBase64(content.nonce)));
    if (!same(await publicOf(privateKey), publicKey)) throw new Error("not a pair");
    return privateKey;
  };

  const contentOf = (raw) => {
    const end = raw.indexOf(10);
    const head = JSON.parse(new TextDecoder().decode(end < 0 ? raw : raw.slice(0, end)));
    if (head.type !== "words" && head.type !== "file") throw new Error("of no known kind");
    return { ...head, data: end < 0 ? new Uint8Array() : raw.slice(end + 1) };
  };
  const wordsOf = (words) => text(JSON.stringify({ answers: {}, content_type: "", type: "words", v: 1, words }) + "\n");

  globalThis.waslSealed = { seal, open, unlock, context, contentOf, wordsOf, fromBase64, toBase64, privateKeyOf, isAble: Boolean(subtle) };
})();
