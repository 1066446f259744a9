import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import nodemailer from 'nodemailer';
import type { MailTransport } from './mail-transport.js';
import { messageOf, type Sender } from './message.js';

/**
 * Where no mail server is configured: each mail becomes `<id>.eml` in a folder, for mail programs
 * to open. It appears whole or not at all, and sent again it replaces itself.
 */
export function diskTransport(directory: string, from: Sender): MailTransport {
  const composer = nodemailer.createTransport({
    streamTransport: true,
    buffer: true,
    newline: 'windows',
  });
  return {
    send: async (mail) => {
      const { message } = await composer.sendMail(messageOf(mail, from));
      await mkdir(directory, { recursive: true });
      const unfinished = join(directory, `.${mail.id}.tmp`);
      await writeFile(unfinished, message as Buffer);
      await rename(unfinished, join(directory, `${mail.id}.eml`));
    },
    close: () => composer.close(),
  };
}
