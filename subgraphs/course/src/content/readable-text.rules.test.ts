import { describe, expect, test } from '@jest/globals';
import { isPlainText, readableText } from './readable-text.rules.js';
import { equalTexts, htmlOfPlainText, richText, shownHtml, toldApart } from './rich-text.rules.js';
import { sanitizePage } from './sanitize.js';

const QUADRATIC = `<math display="inline" onclick="x()"><semantics><mfrac><msup><mi>x</mi><mn>2</mn></msup><mn>4</mn></mfrac>
  <annotation encoding="application/x-tex">\\frac{x^2}{4}</annotation></semantics></math>`;

describe('readable text', () => {
  test.each([
    ['How large is 10<sup>3</sup> m<sup>2</sup>?', 'How large is 10^3 m^2?'],
    ['H<sub>2</sub>O, x<sup>n + 1</sup>, 10<sup>-3</sup>', 'H_2O, x^(n + 1), 10^-3'],
    ['<p>One</p><p>two &lt; three &amp; four</p>', 'One two < three & four'],
    ['<img src="media:a" alt="A bee" />', 'A bee'],
    ['<img src="media:a" alt="" /> or <video src="media:b"></video>', '[picture] or [video]'],
    ['<img alt="" />', ''],
    ['Run <pre>for x:\n  y</pre> now', 'Run\nfor x:\n  y\nnow'],
    [QUADRATIC, '\\frac{x^2}{4}'],
    ['<math alttext="pi r squared"><mi>π</mi></math>', 'pi r squared'],
    [
      '<math><msub><mi>a</mi><mn>1</mn></msub><mo>=</mo><msqrt><mn>2</mn></msqrt></math>',
      'a_1=√(2)',
    ],
    ['Solve \\(a &lt; b\\)', 'Solve \\(a < b\\)'],
    ['<p> </p>', ''],
  ])('%s is %j', (html, text) => {
    expect(readableText(html)).toBe(text);
  });

  test('nothing but one paragraph is plain; any markup is not', () => {
    for (const html of ['a &lt; b', '<p>a</p>', '<div><p>a</p></div> ', '']) {
      expect(isPlainText(html)).toBe(true);
    }
    for (const html of [
      '<p>a</p><p>b</p>',
      '<p id="x">a</p>',
      '<b>a</b>',
      'a<br>b',
      '<pre>a</pre>',
    ]) {
      expect(isPlainText(html)).toBe(false);
    }
  });
});

describe('rich text', () => {
  test('keeps HTML only where plain text would lose something, and escapes plain text', () => {
    expect(richText('<p>a &lt; b</p>', 100)).toEqual({ text: 'a < b' });
    expect(richText('10<sup>3</sup>', 100)).toEqual({ text: '10^3', html: '10<sup>3</sup>' });
    expect(shownHtml({ text: 'a < b & "c"\nd' })).toBe('a &lt; b &amp; "c"<br />d');
    expect(htmlOfPlainText('<b>')).toBe('&lt;b&gt;');
    expect(richText('<p>abcdef</p>', 4)).toEqual({ text: 'abc…', html: '<p>abcdef</p>' });
  });

  test('texts are equal when they look the same, whichever way they are given', () => {
    expect(
      equalTexts([{ text: 'a < b' }, { text: 'x' }, { text: 'a < b', html: 'a &lt;  b' }]),
    ).toEqual([0, 2]);
    expect(
      equalTexts([richText('10<sup>3</sup> tiles', 99), richText('103 tiles', 99)]),
    ).toBeNull();
  });

  test('choices that only their HTML tells apart are numbered in plain text', () => {
    const choices = ['<img src="media:a">', '<img src="media:b">', 'c'].map((html) =>
      richText(html, 99),
    );
    expect(toldApart(choices, 99).map(({ text }) => text)).toEqual([
      '[picture] (1)',
      '[picture] (2)',
      'c',
    ]);
  });
});

describe('sanitizing formulas', () => {
  test('MathML and TeX stay, without what acts, links or embeds HTML', () => {
    expect(sanitizePage(QUADRATIC)).toBe(QUADRATIC.replace(' onclick="x()"', ''));
    expect(sanitizePage('\\(x^2 &lt; y\\) and \\[\\sum_i\\]')).toBe(
      '\\(x^2 &lt; y\\) and \\[\\sum_i\\]',
    );
    const unsafe = `<math href="javascript:x()"><maction actiontype="statusline#x"><mi href="javascript:y()" style="color:red">a</mi></maction>
      <semantics><annotation-xml encoding="text/html"><script>z()</script><p>b</p></annotation-xml></semantics><mglyph src="http://x/"/></math>`;
    const safe = sanitizePage(unsafe);
    expect(safe).not.toMatch(/javascript|style|script|annotation-xml|maction|mglyph|href|src/);
    expect(safe).toContain('<mi>a</mi>');
  });

  test('does not change what it has sanitized', () => {
    for (const html of [
      QUADRATIC,
      '<math><mo>&lt;</mo><mspace width="1em"/></math>',
      '<math><mtext><table><tr><td>x',
    ]) {
      expect(sanitizePage(sanitizePage(html))).toBe(sanitizePage(html));
    }
  });
});
