import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger } from '@lyceum/platform/telemetry/logger';
import { eventually } from '@lyceum/testkit/eventually';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { openMailroom, type Mailroom } from '../../test/mailroom.js';
import { diskTransport } from './disk-transport.js';

const SET = `mutation ($input: SetNotificationPreferenceInput!) {
  setNotificationPreference(input: $input) { enabled } }`;

describe('mail on the disk', () => {
  let room: Mailroom;
  beforeAll(async () => {
    room = await openMailroom();
  });
  afterAll(() => room.close());

  it('is one file for each delivery, in text and HTML, named by the Message-ID', async () => {
    const ada = await room.register({ name: 'Ada Lovelace' });
    const [mail] = await room.mailsTo(ada.email);
    const [delivery] = await room.app.sql<{ id: string; state: string; sent_at: Date }>(
      `SELECT d.* FROM delivery d JOIN notification n ON n.id = notification_id WHERE recipient_id = $1`,
      [ada.userId],
    );
    expect(delivery).toMatchObject({ state: 'SENT', tries: 1, sent_at: room.clock.now() });
    expect(mail!.messageId).toBe(`<${delivery!.id}@lyceum.example>`);
    expect(mail!.subject).toBe('Welcome to The School');
    expect(mail!.from!.text).toBe('"Lyceum" <school@lyceum.example>');
    expect(mail!.text).toContain('Hello Ada Lovelace,');
    expect(mail!.html).toContain('<p>Hello Ada Lovelace,</p>');
    expect(mail!.headers.get('auto-submitted')).toBe('auto-generated');
    const files = await readdir(room.directory);
    expect(files).toContain(`${delivery!.id}.eml`);
    expect(files.filter((file) => !file.endsWith('.eml'))).toEqual([]);
  });

  it('has no header and no recipient that a name asks for', async () => {
    const name = 'Ada\r\nBcc: eve@people.example\r\n\r\n<b>Hi</b>", eve@people.example, "';
    const ada = await room.register({ name });
    await room.enroll(ada, 'Sailing\r\nReply-To: eve@people.example');
    const mails = await room.mailsTo(ada.email);
    expect(mails).toHaveLength(2);
    for (const mail of mails) {
      expect(mail.headers.has('bcc') || mail.headers.has('reply-to')).toBe(false);
      expect([mail.to].flat().flatMap((to) => to!.value)).toMatchObject([{ address: ada.email }]);
      expect(mail.html).not.toContain('<b>Hi');
    }
  });

  it('leads to the front page when it was on its way before there were links', async () => {
    const ada = await room.register();
    await room.settled();
    await room.app.sql('UPDATE notification SET link = NULL WHERE recipient_id = $1', [ada.userId]);
    await room.app.sql(
      `UPDATE delivery d SET state = 'PENDING', next_try_at = $2 FROM notification n
       WHERE n.id = notification_id AND recipient_id = $1`,
      [ada.userId, room.clock.now()],
    );
    const [mail] = await room.mailsTo(ada.email);
    const sent = await room.app.sql(
      `SELECT state, tries FROM delivery d JOIN notification n ON n.id = notification_id WHERE recipient_id = $1`,
      [ada.userId],
    );
    expect(sent).toEqual([{ state: 'SENT', tries: 2 }]);
    expect(mail!.text).toContain('\nOpen Lyceum:\nhttp://127.0.0.1:4000/\n');
    expect((await room.feed(ada)).nodes).toMatchObject([{ template: 'welcome', url: null }]);
  });

  it('goes to no address that is more than one', async () => {
    const ada = await room.register({ email: 'ada@people.example, eve@people.example' });
    await room.settled();
    const rows = await room.app.sql(
      `SELECT state, failure FROM delivery d JOIN notification n ON n.id = notification_id WHERE recipient_id = $1`,
      [ada.userId],
    );
    expect(rows).toEqual([{ state: 'FAILED', failure: 'BAD_ADDRESS' }]);
  });

  it('replaces itself when it is sent again', async () => {
    const sink = diskTransport(room.directory, { name: 'L', address: 'l@lyceum.example' });
    const mail = {
      id: 'same',
      to: { name: 'Ada', address: 'ada@people.example' },
      subject: 'First',
      text: 'text',
      html: '<p>html</p>',
      language: 'en',
      date: new Date(),
    };
    await writeFile(join(room.directory, '.same.tmp'), 'what a crash left');
    await sink.send(mail);
    await sink.send({ ...mail, subject: 'Second' });
    const files = (await readdir(room.directory)).filter((file) => file.includes('same'));
    expect(files).toEqual(['same.eml']);
    const parsed = await simpleParser(await readFile(join(room.directory, 'same.eml')));
    expect(parsed.subject).toBe('Second');
  });

  it('is not sent to who does not want it at that time, except what is critical', async () => {
    const ada = await room.register();
    await room.settled();
    const input = { category: 'LEARNING', channel: 'EMAIL', enabled: false };
    await room.app.as(ada).ok(SET, { input });
    await room.enroll(ada);
    expect(await room.mailsTo(ada.email)).toHaveLength(1);
    expect((await room.feed(ada)).nodes).toHaveLength(2);
    const states = await room.app.sql(
      `SELECT state FROM delivery d JOIN notification n ON n.id = notification_id
        WHERE recipient_id = $1 ORDER BY d.id`,
      [ada.userId],
    );
    expect(states).toEqual([{ state: 'SENT' }, { state: 'SUPPRESSED' }]);
  });
});

describe('mail by SMTP', () => {
  const received: { mail: ParsedMail; sender: string; recipients: string[] }[] = [];
  const refuse = new Map<string, { code: number; times: number }>();
  const lines: string[] = [];
  let server: SMTPServer;
  let room: Mailroom;

  beforeAll(async () => {
    server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo({ address }, _session, done) {
        const rule = refuse.get(address);
        if (!rule || rule.times === 0) return done();
        rule.times -= 1;
        const error = new Error(`mailbox of ${address} says no`);
        return done(Object.assign(error, { responseCode: rule.code }));
      },
      onData(stream, session, done) {
        // Read now: the session goes on to the next mail.
        const { mailFrom, rcptTo } = session.envelope;
        const sender = mailFrom ? mailFrom.address : '';
        const recipients = rcptTo.map(({ address }) => address);
        simpleParser(stream, (error, mail) => {
          received.push({ mail, sender, recipients });
          done(error);
        });
      },
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const log = createLogger({
      service: 'test',
      destination: { write: (line: string) => void lines.push(line) },
    });
    room = await openMailroom({ settings: { SMTP_URL: `smtp://127.0.0.1:${port}` }, log });
  });
  afterAll(async () => {
    await room.close();
    await new Promise<void>((resolve) => server.close(resolve));
  });

  const to = (address: string) => received.filter(({ recipients }) => recipients.includes(address));
  const delivery = async (userId: string) =>
    (
      await room.app.sql<{ state: string; tries: number; failure: string | null }>(
        `SELECT state, tries, failure FROM delivery d JOIN notification n ON n.id = notification_id
          WHERE recipient_id = $1`,
        [userId],
      )
    )[0];

  it('arrives, once, at the recipient alone', async () => {
    const ada = await room.register({ locale: 'de', name: 'Ädä "A", eve@people.example' });
    await eventually(() => expect(to(ada.email)).toHaveLength(1));
    await room.settled();
    const [{ mail, sender, recipients }] = to(ada.email) as [(typeof received)[number]];
    expect(mail.subject).toBe('Willkommen bei The School');
    expect(mail.text).toContain('Guten Tag Ädä');
    expect(recipients).toEqual([ada.email]);
    expect(sender).toBe('school@lyceum.example');
    expect(await delivery(ada.userId)).toMatchObject({ state: 'SENT', tries: 1 });
    expect(await readdir(room.directory)).toEqual([]);
  });

  it('is tried again later when the server cannot take it now', async () => {
    const email = 'greylisted@people.example';
    refuse.set(email, { code: 451, times: 1 });
    const ada = await room.register({ email });
    await eventually(async () =>
      expect(await delivery(ada.userId)).toMatchObject({
        state: 'PENDING',
        failure: 'EENVELOPE 451',
      }),
    );
    room.clock.advance(10_000);
    // Whatever is sent next takes the waiting one along.
    await room.register();
    await eventually(async () =>
      expect(await delivery(ada.userId)).toMatchObject({ state: 'SENT', tries: 2, failure: null }),
    );
    expect(to(email)).toHaveLength(1);
  });

  it('is given up when the server refuses it for good', async () => {
    const email = 'gone@people.example';
    refuse.set(email, { code: 550, times: 99 });
    const ada = await room.register({ email });
    await eventually(async () =>
      expect(await delivery(ada.userId)).toMatchObject({
        state: 'FAILED',
        failure: 'EENVELOPE 550',
        tries: 1,
      }),
    );
  });

  it('leaves no personal data in the log', async () => {
    const log = lines.join('');
    expect(log).toContain('EENVELOPE 550');
    expect(log).not.toMatch(/people\.example|Ädä|Ada/);
  });
});
