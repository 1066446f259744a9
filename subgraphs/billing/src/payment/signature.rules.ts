import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far a webhook's time may be from ours, in seconds; as Stripe's libraries have it. */
export const TOLERANCE_SECONDS = 300;

export type SignatureCheck = 'VALID' | 'SIGNATURE' | 'TOO_OLD';

/** HMAC-SHA256 over `<seconds>.<body>`, written `t=<seconds>,v1=<hex>`. */
export function signWebhook(body: string, secret: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  return `t=${seconds},v1=${digest(seconds, body, secret)}`;
}

/**
 * Whether `header` signs `body`. Several `v1` may stand in it while a secret is being replaced.
 * The signature is looked at before the time, so that nobody learns anything by guessing times.
 */
export function checkSignature(
  header: string | null,
  body: string,
  secret: string,
  now: Date,
): SignatureCheck {
  const parts = (header ?? '').split(',').map((part) => part.trim().split('=', 2));
  const time = parts.find(([name]) => name === 't')?.[1] ?? '';
  if (!/^\d{1,12}$/.test(time)) return 'SIGNATURE';
  const seconds = Number(time);
  const expected = Buffer.from(digest(seconds, body, secret));
  const signed = parts.some(([name, value]) => {
    const given = Buffer.from(value ?? '');
    return name === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!signed) return 'SIGNATURE';
  const away = Math.abs(Math.floor(now.getTime() / 1000) - seconds);
  return away > TOLERANCE_SECONDS ? 'TOO_OLD' : 'VALID';
}

function digest(seconds: number, body: string, secret: string): string {
  return createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
}
