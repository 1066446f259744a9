import nodemailer from 'nodemailer';
import type { MailTransport } from './mail-transport.js';
import { messageOf, type Sender } from './message.js';

const PATIENCE_MS = 15_000;

/** Sends by SMTP over a few kept connections. @param url such as `smtps://user:password@mail.example:465` */
export function smtpTransport(url: string, from: Sender): MailTransport {
  const transport = nodemailer.createTransport({
    url,
    pool: true,
    maxConnections: 4,
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
  });
  return {
    send: async (mail) => {
      await transport.sendMail(messageOf(mail, from));
    },
    close: () => transport.close(),
  };
}
