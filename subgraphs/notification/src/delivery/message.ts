import type { SendMailOptions } from 'nodemailer';
import type { Mail } from './mail-transport.js';

export interface Sender {
  readonly name: string;
  readonly address: string;
}

/** The message as Nodemailer wants it. Nothing in it can name a file or an address on the web. */
export function messageOf(mail: Mail, from: Sender): SendMailOptions {
  const domain = from.address.split('@').at(-1) ?? 'localhost';
  return {
    from: { ...from },
    to: { ...mail.to },
    // Whom it really goes to: no name or header has a say in it.
    envelope: { from: from.address, to: [mail.to.address] },
    messageId: `<${mail.id}@${domain}>`,
    date: mail.date,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    headers: {
      'Content-Language': mail.language,
      // RFC 3834: no out-of-office answers, please.
      'Auto-Submitted': 'auto-generated',
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
