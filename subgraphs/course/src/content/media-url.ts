/** Makes the address at which a file of an organization can be fetched for a while. */
export type MediaUrl = (mediaId: string, organizationId: string) => string;

/**
 * Replaces each reference `media:<id>` in sanitized HTML's src, href and poster attributes. Text that
 * only looks like an attribute is left as it is: sanitized HTML has no `<` or `>` but around its tags.
 */
export function resolveMediaInHtml(html: string, organizationId: string, url: MediaUrl): string {
  return html.replaceAll(/<[^<>]+>/g, (tag) =>
    tag.replaceAll(
      /(\s(?:src|href|poster)=")media:([\w-]{1,100})(")/g,
      (_, before: string, id: string, after: string) =>
        `${before}${url(id, organizationId).replaceAll('&', '&amp;')}${after}`,
    ),
  );
}

/** An address as stored: `media:<id>` is replaced, any other is left as it is. */
export function resolveMediaAddress(address: string, organizationId: string, url: MediaUrl) {
  return address.startsWith('media:')
    ? url(address.slice('media:'.length), organizationId)
    : address;
}
