/** An e-mail, ready to be sent. */
export interface Mail {
  /** Becomes the Message-ID, so that a mail sent twice is recognized as one. */
  readonly id: string;
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** BCP 47. */
  readonly language: string;
  readonly date: Date;
}

export interface MailTransport {
  /** @throws when it was not taken; see `MailFailure` */
  send(mail: Mail): Promise<void>;
  close(): void;
}
