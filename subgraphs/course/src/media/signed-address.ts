import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Makes addresses that speak for themselves: whoever holds one may do that one thing until it
 * expires, as with presigned addresses of S3.
 */
export class AddressSigner {
  constructor(private readonly secret: string) {}

  /**
   * @param what may be done, such as `GET media`
   * @param expires seconds since 1970
   */
  sign(what: string, path: string, organizationId: string, expires: number): string {
    const query = new URLSearchParams({
      organization: organizationId,
      expires: String(expires),
      signature: this.#signature(what, path, organizationId, expires),
    });
    return `${path}?${query.toString()}`;
  }

  /** @returns the organization that the address belongs to; null when it is forged or has expired */
  verify(what: string, address: URL, now: Date): string | null {
    const organizationId = address.searchParams.get('organization') ?? '';
    const expires = Number(address.searchParams.get('expires'));
    const given = Buffer.from(address.searchParams.get('signature') ?? '');
    const due = Buffer.from(this.#signature(what, address.pathname, organizationId, expires));
    if (given.length !== due.length || !timingSafeEqual(given, due)) return null;
    return expires * 1000 > now.getTime() ? organizationId : null;
  }

  #signature(what: string, path: string, organizationId: string, expires: number): string {
    return createHmac('sha256', this.secret)
      .update([what, path, organizationId, expires].join('\n'))
      .digest('base64url');
  }
}
