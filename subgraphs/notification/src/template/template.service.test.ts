import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { projectPath } from '@lyceum/platform/project-path';
import { WORKFLOWS } from '../workflow/workflows.js';
import { TemplateService, type TemplateData } from './template.service.js';

const WHEN = '2026-03-01T22:30:00.000Z';
/** Everything that any template is filled with. */
const DATA: TemplateData = {
  ...{ courseTitle: 'Sailing', pathTitle: 'Seafaring', productName: 'Sailing' },
  ...{ organizationName: 'The School', founded: true, fromWaitlist: true, role: 'INSTRUCTOR' },
  ...{ scope: 'COURSE', verificationCode: 'ABCD-EFGH', receiptNumber: 'R-000007' },
  ...{ completedAt: WHEN, issuedAt: WHEN, paidAt: WHEN, withdrawnAt: WHEN, assignedAt: WHEN },
  ...{ revokedAt: WHEN, total: { amountMinor: 123_456, currency: 'EUR' } },
};
const reader = (locale: string, timeZone = 'UTC') => ({ name: 'Ada', locale, timeZone });

describe('the templates', () => {
  let templates: TemplateService;
  beforeAll(async () => {
    templates = await TemplateService.load(projectPath('subgraphs/notification/templates'));
  });

  it('are the same in all languages, and there for every workflow', () => {
    expect(templates.languages.toSorted()).toEqual(['de', 'en']);
    const names = templates.names('en').toSorted();
    expect(templates.names('de').toSorted()).toEqual(names);
    expect(names).toEqual(expect.arrayContaining(WORKFLOWS.map(({ template }) => template)));
    expect(names).toContain('import-failed');
  });

  it('can all be written, for the feed and as mail', async () => {
    for (const language of templates.languages) {
      for (const name of templates.names(language)) {
        const feed = await templates.feed(name, DATA, reader(language));
        const mail = await templates.mail(name, DATA, reader(language));
        const whole = [feed.title, feed.body, mail.subject, mail.text, mail.html].join('\n');
        expect(whole).not.toMatch(/\{\{|\{%|undefined|\[object|NaN/);
        // Neither can be done through the platform, so no message may ask for it.
        expect(whole).not.toMatch(/password|passwort|invite|laden sie|einlad/i);
        expect(mail.html).toContain(`<html lang="${language}">`);
        expect(mail.text).toContain('Ada');
      }
    }
  });

  it('say times in the time zone and the manner of the reader', async () => {
    const inTokyo = await templates.mail('certificate-issued', DATA, reader('en-US', 'Asia/Tokyo'));
    expect(inTokyo.text).toMatch(/March 2, 2026 at 7:30\sAM/);
    const inVienna = await templates.mail(
      'certificate-issued',
      DATA,
      reader('de-AT', 'Europe/Vienna'),
    );
    expect(inVienna.text).toContain('1. März 2026 um 23:30');
    const lost = await templates.mail('certificate-issued', DATA, reader('fr', 'Nowhere/City'));
    expect(lost.text).toMatch(/March 1, 2026 at 10:30\sPM/);
  });

  it('say money as it is said in the language', async () => {
    const { body } = await templates.feed('order-paid', DATA, reader('de'));
    expect(body).toBe('1.234,56\u00a0€, Beleg R-000007.');
  });

  it('take no HTML and no Liquid from names and titles', async () => {
    const evil = `<img src=x onerror=alert(1)> {{ name }} {% raw %} "&'`;
    const mail = await templates.mail(
      'certificate-issued',
      { ...DATA, courseTitle: evil },
      { ...reader('en'), name: `<script>${evil}</script>` },
    );
    expect(mail.html).not.toMatch(/<img|<script/);
    expect(mail.html).toContain('&lt;img src=x onerror=alert(1)&gt; {{ name }} {% raw %}');
    // In plain text there is nothing to escape.
    expect(mail.text).toContain(evil);
  });

  it('take no further header from names and titles', async () => {
    const evil = 'Sailing\r\nBcc: eve@people.example\r\n\r\nBody';
    const mail = await templates.mail('enrolled', { ...DATA, courseTitle: evil }, reader('en'));
    expect(mail.subject).toBe('You are enrolled in Sailing Bcc: eve@people.example Body');
  });
});

describe('a template', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'lyceum-templates-'));
    await mkdir(join(directory, 'en'));
    await writeFile(
      join(directory, 'en/layout.liquid'),
      '=== text\n{{ content }}\n=== html\n{{ content | raw }}',
    );
  });
  afterAll(() => rm(directory, { recursive: true }));

  async function write(text: string, data: TemplateData = {}) {
    const parts = ['subject', 'title', 'body', 'html'].map((part) => `=== ${part}\nx\n`).join('');
    await writeFile(join(directory, 'en/probe.liquid'), `${parts}=== text\n${text}`);
    const templates = await TemplateService.load(directory);
    return (await templates.mail('probe', data, reader('en'))).text.trim();
  }

  it('reaches no file', async () => {
    await expect(write(`{% include '/etc/passwd' %}`)).rejects.toThrow();
    await expect(write(`{% render '../../package.json' %}`)).rejects.toThrow();
    await expect(write(`{% layout 'layout' %}`)).rejects.toThrow();
  });

  it('reaches no prototype and no variable that it was not given', async () => {
    await expect(write('{{ course }}')).rejects.toThrow('undefined variable');
    await expect(write('{{ title.constructor }}', { title: 'x' })).rejects.toThrow('undefined');
    await expect(write('{{ title | shell }}', { title: 'x' })).rejects.toThrow('undefined filter');
  });

  it('does not run for ever, nor fill the memory', async () => {
    await expect(
      write('{% for i in (1..100000000) %}{% for j in (1..100000000) %}x{% endfor %}{% endfor %}'),
    ).rejects.toThrow(/limit/);
  });

  it('that is not right stops the start and is named', async () => {
    await expect(write('{% if %}')).rejects.toThrow('probe.liquid');
  });
});
