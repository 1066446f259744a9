import type { Clock } from '@lyceum/platform/clock';
import { isId } from '@lyceum/platform/ids';
import type { Route } from '@lyceum/platform/service';
import type { MediaUrl } from '../content/media-url.js';
import type { CourseDatabase } from '../service-types.js';
import { isShownInPlace, readRange } from './content-type.rules.js';
import type { MediaFiles } from './media-files.js';
import type { AddressSigner } from './signed-address.js';

const HOUR = 3_600;
/** An address works for six to seven hours; within one hour it stays the same, so browsers cache it. */
const LIFETIME_HOURS = 6;
const ACTION = 'GET media';

export class MediaService {
  constructor(
    private readonly database: CourseDatabase,
    private readonly files: MediaFiles,
    private readonly signer: AddressSigner,
    private readonly clock: Clock,
  ) {}

  /** The address at which a file can be fetched for some hours, by whoever holds it. */
  readonly url: MediaUrl = (mediaId, organizationId) => {
    const hour = Math.floor(this.clock.now().getTime() / 1000 / HOUR);
    const expires = (hour + 1 + LIFETIME_HOURS) * HOUR;
    return this.signer.sign(ACTION, `/media/${mediaId}`, organizationId, expires);
  };

  readonly route: Route = {
    method: 'GET',
    path: '/media/:id',
    handle: async (request, params) => this.#send(request, params['id'] ?? ''),
  };

  async #send(request: Request, id: string): Promise<Response> {
    const address = new URL(request.url);
    const organizationId = this.signer.verify(ACTION, address, this.clock.now());
    if (organizationId === null) return refusal(403, 'The address is not valid, or has expired.');
    const media = isId(id)
      ? await this.database
          .of({ kind: 'system', organizationId })
          .media.findFirst({ where: { id } })
      : null;
    if (!media || !(await this.files.has(organizationId, media.sha256))) {
      return refusal(404, 'There is no such file.');
    }
    const etag = `"${media.sha256}"`;
    const headers = new Headers({
      'content-type': media.contentType,
      'content-disposition': disposition(media.contentType, media.filename),
      // A file that is opened by itself can do nothing, whatever it holds.
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
      'accept-ranges': 'bytes',
      // The content of an id never changes; its address does every hour.
      'cache-control': 'private, max-age=21600, immutable',
      etag,
    });
    if (request.headers.get('if-none-match') === etag) {
      return new Response(null, { status: 304, headers });
    }
    const condition = request.headers.get('if-range');
    const wanted = condition === null || condition === etag ? request.headers.get('range') : null;
    const range = readRange(wanted, media.byteLength);
    if (range === 'unsatisfiable') {
      headers.set('content-range', `bytes */${media.byteLength}`);
      return new Response(null, { status: 416, headers });
    }
    if (range) headers.set('content-range', `bytes ${range.from}-${range.to}/${media.byteLength}`);
    const length = range ? range.to - range.from + 1 : media.byteLength;
    headers.set('content-length', String(length));
    const body = this.files.read(organizationId, media.sha256, range);
    return new Response(body, { status: range ? 206 : 200, headers });
  }
}

/** As RFC 6266 writes it, for names in any script. */
function disposition(contentType: string, filename: string): string {
  const kind = isShownInPlace(contentType) ? 'inline' : 'attachment';
  const plain = filename.replaceAll(/[^\w. -]/g, '_');
  const exact = encodeURIComponent(filename).replaceAll(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${plain}"; filename*=UTF-8''${exact}`;
}

function refusal(status: number, message: string): Response {
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
  return new Response(`${message}\n`, { status, headers });
}
