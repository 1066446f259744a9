/** Crockford's base 32: no I, L, O or U, so that a code survives being read out or typed. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const BYTES = 16;
const LENGTH = Math.ceil((BYTES * 8) / 5);

/**
 * A verification code from 128 random bits, such as `7ZK4M-0X9QD-…`: 26 characters in groups.
 * @throws RangeError for any other number of bytes
 */
export function verificationCode(random: Uint8Array): string {
  if (random.length !== BYTES) throw new RangeError(`A code takes ${BYTES} bytes`);
  let value = 0n;
  for (const byte of random) value = (value << 8n) | BigInt(byte);
  let code = '';
  for (let i = 0; i < LENGTH; i += 1) {
    code = ALPHABET[Number(value & 31n)]! + code;
    value >>= 5n;
  }
  return grouped(code);
}

/** A code as typed by a person, in the form it was issued in; null when it cannot be one. */
export function readCode(typed: string): string | null {
  if (typed.length > 100) return null;
  const plain = typed
    .toUpperCase()
    .replaceAll(/[\s-]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  if (plain.length !== LENGTH) return null;
  return plain.split('').every((character) => ALPHABET.includes(character)) ? grouped(plain) : null;
}

function grouped(code: string): string {
  return [
    code.slice(0, 5),
    code.slice(5, 10),
    code.slice(10, 15),
    code.slice(15, 20),
    code.slice(20),
  ].join('-');
}
