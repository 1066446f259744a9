import type { GraphClient } from '../graph-client.js';

const CREATE_UPLOAD = `mutation CreateUpload($input: CreateUploadInput!) {
  createUpload(input: $input) { id url method headers { name value } }
}`;
const ADD_MEDIA = `mutation AddMedia($input: AddMediaInput!) { addMedia(input: $input) { id url } }`;

export interface FileToUpload {
  filename: string;
  contentType: string;
  bytes: Uint8Array<ArrayBuffer>;
}

interface CreatedUpload {
  createUpload: {
    id: string;
    url: string;
    method: string;
    headers: { name: string; value: string }[];
  };
}

/**
 * Announces a file and puts it at the address that was given for it.
 * @returns the upload's id
 */
export async function uploadFile(client: GraphClient, file: FileToUpload): Promise<string> {
  const { filename, contentType, bytes } = file;
  const input = { filename, contentType, byteLength: bytes.byteLength };
  const { createUpload } = await client.request<CreatedUpload>(CREATE_UPLOAD, { input });
  const { id, url, method, headers } = createUpload;
  const response = await fetch(new URL(url, client.url), {
    method,
    headers: headers.map(({ name, value }): [string, string] => [name, value]),
    body: bytes,
  });
  if (!response.ok) {
    throw new Error(`The upload of ${filename} was refused: ${await response.text()}`);
  }
  return id;
}

/** Uploads a file for blocks to refer to; @returns its address for blocks, `media:<id>` */
export async function uploadMedia(client: GraphClient, file: FileToUpload): Promise<string> {
  const uploadId = await uploadFile(client, file);
  const { addMedia } = await client.request<{ addMedia: { id: string } }>(ADD_MEDIA, {
    input: { uploadId },
  });
  return `media:${addMedia.id}`;
}
