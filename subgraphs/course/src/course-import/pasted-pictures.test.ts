import { describe, expect, test } from '@jest/globals';
import { captionsOf } from './captions.rules.js';
import { liftPictures } from './pasted-pictures.js';

const GIF = Buffer.from('GIF89a a picture+/');
const BASE64 = GIF.toString('base64');

function lift(text: string) {
  const lifting = liftPictures(text);
  const pictures = [];
  let step = lifting.next();
  for (; !step.done; step = lifting.next()) pictures.push(step.value);
  return { pictures, text: step.value };
}

describe('pictures pasted into texts', () => {
  test.each([
    ['in quotes', `<img src="data:image/gif;base64,${BASE64}" alt="a">`],
    [
      'broken into lines',
      `<img src='data:image/gif;base64,${BASE64.slice(0, 9)}&#10; ${BASE64.slice(9)}'>`,
    ],
    ['without quotes', `<img src=data:image/gif;base64,${BASE64} alt=word>`],
    ['in escaped HTML', `&lt;img src=&quot;data:image/png;base64,${BASE64}&quot;&gt;`],
    ['in a style', `<p style="background: url(data:image/gif;base64,${BASE64})">`],
    [
      'with escapes of addresses',
      `<img src="DATA:image/gif;base64,${encodeURIComponent(BASE64)}">`,
    ],
  ])('%s', (_what, text) => {
    const lifted = lift(text);
    expect(lifted.pictures).toMatchObject([{ content: GIF }]);
    expect(lifted.pictures[0]!.filename).toMatch(/^picture-\w{16}\.gif$/);
    expect(lifted.text).not.toContain('base64');
    expect(lifted.text).toMatch(/\/static\/%5Cpasted%5C\w{64}\.gif/);
  });

  test('SVG may be plain text; what is no picture stays', () => {
    expect(lift(`<img src="data:image/svg+xml,%3Csvg xmlns='x'/%3E">`).pictures).toMatchObject([
      { content: Buffer.from("<svg xmlns='x'/>") },
    ]);
    for (const text of [
      '<img src="data:image/png;base64,AAAA">',
      '<p>data:image/png;base64,…</p>',
      'data:image/',
    ]) {
      expect(lift(text)).toEqual({ pictures: [], text });
    }
  });
});

describe('transcripts as JSON', () => {
  test('become WebVTT', () => {
    const json = JSON.stringify({
      start: [0, 61_005, 3_600_000],
      end: [900, 62_000, 3_600_001],
      text: ['Tea &amp; <b>', 'two\n\nlines', ''],
    });
    const made = captionsOf('static/subs_a.srt.sjson', json);
    expect(made).toMatchObject({ path: 'static/subs_a.srt.sjson', filename: 'subs_a.vtt' });
    expect(made!.content.toString()).toBe(
      'WEBVTT\n\n00:00:00.000 --> 00:00:00.900\nTea &amp; &lt;b&gt;\n\n00:01:01.005 --> 00:01:02.000\ntwo\nlines\n',
    );
  });

  test.each(['', '[]', '{"start": [1], "end": [], "text": ["a"]}'])('%j is none', (json) => {
    expect(captionsOf('static/a.sjson', json)).toBeNull();
  });
});
