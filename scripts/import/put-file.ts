import { createReadStream } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Sends a file's bytes as a request's body.
 * @throws Error with the server's own words when it does not take them
 */
export async function putFile(
  url: URL,
  method: string,
  headers: Record<string, string>,
  file: { path: string; byteLength: number },
  progress: (sent: number) => void,
): Promise<void> {
  const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
    method,
    headers: { ...headers, 'content-length': file.byteLength },
  });
  const answered = new Promise<{ status: number; text: string }>((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
  });
  let sent = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sent += chunk.length;
      progress(sent);
      done(null, chunk);
    },
  });
  // A refusal may come before the last byte was sent; then the answer says more than the broken pipe.
  const sending = pipeline(createReadStream(file.path), count, request).catch(() => undefined);
  const { status, text } = await answered;
  await sending;
  if (status < 200 || status > 299) {
    throw new Error(`The upload was refused (${status}): ${text.trim() || 'no reason given'}`);
  }
}
