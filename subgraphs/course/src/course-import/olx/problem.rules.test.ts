import { describe, expect, test } from '@jest/globals';
import { readableText } from '../../content/readable-text.rules.js';
import { evaluateNumber } from './number-expression.rules.js';
import { acceptedRange, listOfOptions } from './problem-answers.rules.js';
import { rewritePage } from './page.js';
import { markdownToOlx } from './problem-markdown.rules.js';
import { showFeedbackOf } from './problem-question.js';
import { readProblem } from './problem.js';
import { readXml } from './xml.js';

const problem = (xml: string) => readProblem('problem/p.xml', readXml('problem/p.xml', xml));

/** The problem with its questions as plain text. */
function read(xml: string) {
  const { questions, ...rest } = problem(xml);
  const plain = questions.map(({ promptHtml, choices, ...question }) => ({
    ...question,
    prompt: readableText(promptHtml),
    choices: choices.map(({ html, correct }) => ({ text: readableText(html), correct })),
  }));
  return { ...rest, questions: plain };
}

describe('numbers as authors write them', () => {
  test.each([
    ['600', 600],
    ['-2.5', -2.5],
    ['.5', 0.5],
    ['5e-3', 0.005],
    ['1/4', 0.25],
    ['2*(3+4)^2', 98],
    ['-2^2', -4],
    ['2^-1', 0.5],
    ['3k', 3_000],
    ['5%', 0.05],
    ['2*pi', 2 * Math.PI],
    ['sqrt(16)', 4],
  ])('%s is %d', (text, value) => {
    expect(evaluateNumber(text)).toBeCloseTo(value, 12);
  });

  test.each(['', '$z', 'x+1', '1+2j', '1/0', '(1', '2)', 'constructor', 'sqrt', '1 2'])(
    '%j is no number',
    (text) => {
      expect(evaluateNumber(text)).toBeNull();
    },
  );

  test('deep nesting is refused, not followed', () => {
    expect(evaluateNumber(`${'('.repeat(90)}1${')'.repeat(90)}`)).toBeNull();
    expect(evaluateNumber('-'.repeat(190) + '1')).toBeNull();
  });
});

describe('accepted ranges', () => {
  test('an absolute tolerance, one in percent, and the default', () => {
    expect(acceptedRange('600', '5')).toEqual({ minimum: 595, maximum: 605 });
    expect(acceptedRange('-200', '10%')).toEqual({ minimum: -220, maximum: -180 });
    const byDefault = acceptedRange('1000', '');
    expect(byDefault?.minimum).toBeCloseTo(999.99, 6);
    expect(byDefault?.maximum).toBeCloseTo(1000.01, 6);
  });

  test('round parentheses exclude the end of an interval, square ones include it', () => {
    const range = acceptedRange('[1, 5)', '');
    expect(range?.minimum).toBe(1);
    expect(range?.maximum).toBeLessThan(5);
    expect(range?.maximum).toBeGreaterThan(4.999_999_999);
    expect(acceptedRange('(-1,0]', '')?.minimum).toBeGreaterThan(-1);
    expect(acceptedRange('(0,1]', '')?.minimum).toBeGreaterThan(0);
  });

  test('neither a number nor an interval', () => {
    expect(acceptedRange('[5,1]', '')).toBeNull();
    expect(acceptedRange('about five', '')).toBeNull();
    expect(acceptedRange('5', 'much')).toBeNull();
  });

  test('options written as a Python tuple keep commas and quotes inside their texts', () => {
    expect(listOfOptions(`('Red, dark','It\\'s blue', "Green")`)).toEqual([
      'Red, dark',
      "It's blue",
      'Green',
    ]);
    expect(listOfOptions('(one, two)')).toEqual(['one', 'two']);
  });
});

describe('problems', () => {
  test('multiple choice', () => {
    const { questions, refused, leftOut } = read(`<problem>
      <multiplechoiceresponse><label>Which is   a fruit?</label>
        <choicegroup><choice correct="false">Carrot</choice>
          <choice correct="true">Apple <choicehint>Yes, it grows on trees.</choicehint></choice>
        </choicegroup><solution><p>An apple.</p></solution>
      </multiplechoiceresponse></problem>`);
    expect(refused).toEqual([]);
    expect(questions).toMatchObject([
      {
        kind: 'SINGLE_CHOICE',
        prompt: 'Which is a fruit?',
        choices: [
          { text: 'Carrot', correct: false },
          { text: 'Apple', correct: true },
        ],
      },
    ]);
    expect(leftOut).toEqual([]);
  });

  test('checkboxes, with the question in the text before', () => {
    const { questions, introduction } = read(`<problem><p>Which numbers are even?</p>
      <choiceresponse><checkboxgroup><choice correct="true">2</choice>
        <choice correct="false">3</choice><choice correct="true">4</choice></checkboxgroup>
      </choiceresponse></problem>`);
    expect(questions).toMatchObject([
      { kind: 'MULTIPLE_CHOICE', prompt: 'Which numbers are even?' },
    ]);
    expect(questions[0]?.choices.map((choice) => choice.correct)).toEqual([true, false, true]);
    expect(introduction).toBe('');
  });

  test('dropdowns in both notations', () => {
    const { questions } = read(`<problem>
      <optionresponse><label>The sky is</label>
        <optioninput options="('red','blue')" correct="blue"/></optionresponse>
      <optionresponse><label>Grass is</label><optioninput>
        <option correct="True">green</option><option correct="False">pink</option>
      </optioninput></optionresponse></problem>`);
    expect(questions).toMatchObject([
      { kind: 'DROPDOWN', prompt: 'The sky is', choices: [{ correct: false }, { correct: true }] },
      { kind: 'DROPDOWN', prompt: 'Grass is', choices: [{ correct: true }, { correct: false }] },
    ]);
  });

  test('dropdowns in a table are asked by their row and column', () => {
    const { questions, introduction } = read(`<problem><p>Fill in.</p><table>
      <tr><th>Animal</th><th>Legs</th></tr>
      <tr><td>Spider</td><td><optionresponse><optioninput options="('6','8')" correct="8"/></optionresponse></td></tr>
      <tr><td>Ant</td><td><optionresponse><optioninput options="('6','8')" correct="6"/></optionresponse></td></tr>
      </table></problem>`);
    expect(questions.map(({ prompt }) => prompt)).toEqual(['Spider – Legs', 'Ant – Legs']);
    expect(introduction).toBe('<p>Fill in.</p>');
  });

  test('numbers with tolerance and further answers', () => {
    const { questions } = read(`<problem><numericalresponse answer="10"><label>Ten?</label>
      <responseparam type="tolerance" default="10%"/><additional_answer answer="[20,30]"/>
      <formulaequationinput/></numericalresponse></problem>`);
    expect(questions).toMatchObject([
      {
        kind: 'NUMERIC',
        ranges: [
          { minimum: 9, maximum: 11 },
          { minimum: 20, maximum: 30 },
        ],
      },
    ]);
  });

  test('texts: further answers, and whether capitals matter', () => {
    const { questions } = read(`<problem>
      <stringresponse answer="Paris" type="ci"><label>Capital?</label>
        <additional_answer answer="Lutetia"/><additional_answer>Panam</additional_answer><textline/></stringresponse>
      <stringresponse answer="NaCl"><label>Salt?</label><textline/></stringresponse></problem>`);
    expect(questions).toMatchObject([
      { kind: 'TEXT', accepted: ['Paris', 'Lutetia', 'Panam'], caseSensitive: false },
      { kind: 'TEXT', accepted: ['NaCl'], caseSensitive: true },
    ]);
  });

  test('what a question shows besides text stays with it, without what answers it', () => {
    const { questions, introduction } = problem(`<problem><p>First <b>read</b>.</p>
      <multiplechoiceresponse><p><img src="/static/map.png" alt="A map"/></p><label>Which land?</label>
      <choicegroup><choice correct="true">A</choice><choice correct="false">B</choice></choicegroup>
      <solution><img src="/static/answer.png"/></solution></multiplechoiceresponse></problem>`);
    const [question] = questions;
    expect(question?.promptHtml).toMatch(
      /<img src="\/static\/map.png" alt="A map">.*Which land\?/s,
    );
    expect(readableText(question!.promptHtml)).toBe('A map Which land?');
    expect(introduction).toBe('<p>First <b>read</b>.</p>');
    expect(JSON.stringify([question?.promptHtml, introduction])).not.toMatch(/answer.png|correct/);
  });

  test('superscripts, pictures, preformatted text and formulas of prompts and choices are kept', () => {
    const { questions } = problem(`<problem><p>How large is 10<sup>3</sup> m<sup>2</sup>?</p>
      <pre>a\n  b</pre><multiplechoiceresponse><choicegroup>
      <choice correct="true">10<sup>3</sup> tiles</choice><choice correct="false">103 tiles</choice>
      <choice correct="false"><img src="/static/t.png" alt="Tiles"/></choice>
      <choice correct="false"><math><msup><mi>x</mi><mn>2</mn></msup></math> <choicehint>No.</choicehint></choice>
      </choicegroup></multiplechoiceresponse></problem>`);
    expect(questions[0]?.promptHtml).toBe(
      '<p>How large is 10<sup>3</sup> m<sup>2</sup>?</p><pre>a\n  b</pre>',
    );
    expect(questions[0]?.choices.map(({ html }) => html)).toEqual([
      '10<sup>3</sup> tiles',
      '103 tiles',
      '<img src="/static/t.png" alt="Tiles">',
      '<math><msup><mi>x</mi><mn>2</mn></msup></math>',
    ]);
  });

  test('feedback of choices, of right answers, solutions and hints follow their questions', () => {
    const { questions, leftOut } = problem(`<problem>
      <choiceresponse><label>Even?</label><checkboxgroup>
        <choice correct="true">2 <choicehint selected="true" label="Yes">2<sup>1</sup></choicehint>
          <choicehint selected="false">Two is even.</choicehint></choice>
        <choice correct="false">3</choice><compoundhint value="A B">Both?</compoundhint></checkboxgroup>
        <solution><p>Halve it.</p></solution></choiceresponse>
      <demandhint><hint>Count.</hint><hint>In <b>twos</b>.</hint></demandhint>
      <optionresponse><label>Sky</label><optioninput><option correct="true">blue<optionhint>Right.</optionhint></option>
        <option correct="false">red</option></optioninput></optionresponse>
      <numericalresponse answer="4"><label>2+2</label><correcthint>Well done.</correcthint>
        <additional_answer answer="5"><correcthint>Nearly.</correcthint></additional_answer></numericalresponse>
      <stringresponse answer="Oslo"><label>Capital</label><stringequalhint answer="Bergen">No.</stringequalhint></stringresponse>
      <div><solution>It is Oslo.</solution></div></problem>`);
    expect(questions.map(({ feedback }) => feedback)).toEqual([
      { correct: '', solution: '<p>Halve it.</p>', hints: ['Count.', 'In <b>twos</b>.'] },
      { correct: '', solution: '', hints: [] },
      { correct: 'Well done.', solution: '', hints: [] },
      { correct: '', solution: 'It is Oslo.', hints: [] },
    ]);
    expect(questions[0]?.choices).toEqual([
      {
        ...{ html: '2', correct: true, selected: '<b>Yes:</b> 2<sup>1</sup>' },
        unselected: 'Two is even.',
      },
      { html: '3', correct: false, selected: '', unselected: '' },
    ]);
    expect(questions[1]?.choices[0]).toMatchObject({ html: 'blue', selected: 'Right.' });
    expect(leftOut).toEqual([
      'feedback for a combination of choices (1)',
      'feedback for one wrong or further answer (1)',
      'feedback for a further right answer (1)',
    ]);
    const shown = JSON.stringify(questions.map(({ promptHtml }) => promptHtml));
    expect(shown).not.toMatch(/Halve|Count|Right|Nearly|Bergen|Both/);
  });

  test('what is said ahead of all questions is said of the first', () => {
    const { questions } = problem(`<problem><demandhint><hint>Think.</hint></demandhint>
      <numericalresponse answer="1"><label>One?</label><hintgroup><numericalhint name="n" answer="2"/>
        <hintpart on="n">Too much.</hintpart></hintgroup></numericalresponse>
      <numericalresponse answer="2"><label>Two?</label></numericalresponse></problem>`);
    expect(questions.map(({ feedback }) => feedback.hints)).toEqual([['Think.'], []]);
    expect(questions[0]?.promptHtml).not.toContain('Too much');
  });

  test('when solutions are shown is taken from the source', () => {
    expect(
      ['never', 'always', 'attempted', 'finished', 'past_due', ''].map(showFeedbackOf),
    ).toEqual([
      ...['NEVER', 'AFTER_SUBMISSION', 'AFTER_SUBMISSION'],
      ...Array.from({ length: 3 }, () => 'WHEN_PASSED_OR_EXHAUSTED'),
    ]);
  });

  test('TeX has the delimiters that clients know, however it is written', () => {
    const around = { media: () => null, topic: () => null, leftOut: () => undefined };
    const rewritten = rewritePage(
      '[mathjaxinline]a[1] < b[/mathjaxinline] [mathjax]c[/mathjax] <math>$d$</math> \\(e\\) [mathjax]f',
      around,
    );
    expect(rewritten).toBe('\\(a[1] &lt; b\\) \\[c\\] \\(d\\) \\(e\\) [mathjax]f');
    expect(rewritePage('[mathjax]'.repeat(50_000), around)).toHaveLength(450_000);
  });

  test('text beside the elements of a problem is text, whatever signs it has', () => {
    const { questions } = problem('<problem>Is 1 &lt; 2?<numericalresponse answer="1"/></problem>');
    expect(questions[0]?.promptHtml).toBe('<p>Is 1 &lt; 2?</p>');
  });

  test.each([
    ...[
      'x = random.randint(1, 2)',
      'x = 1 + 1',
      'x = [1, 2]',
      'def check(e, a):\n  return True',
      'x = 1; y = f()',
      "x = 'a' 'b' + c",
      "x = '\\n'",
      'x = y = 1',
      'x, y = 1, 2',
      'x += 1',
      "x = '''a\nb'''",
      'x = 1e400',
      'x = 0.0000001',
      'from random import *; x = randint(1, 2)',
    ].map((script): [string, string, string] => [
      `the script ${script}`,
      `<script type="loncapa/python">${script}</script>
       <numericalresponse answer="$x"><label>?</label></numericalresponse>`,
      'SCRIPTED_PROBLEM',
    ]),
    [
      'a script for browsers',
      '<script type="text/javascript">x = 1</script><numericalresponse answer="1"/>',
      'SCRIPTED_PROBLEM',
    ],
    [
      'a script from elsewhere',
      '<script src="/static/x.py"/><numericalresponse answer="1"/>',
      'SCRIPTED_PROBLEM',
    ],
    [
      'a pattern',
      '<stringresponse answer="a.c" type="ci regexp"><label>?</label></stringresponse>',
      'PATTERN_ANSWER',
    ],
    [
      'a variable',
      '<numericalresponse answer="$z"><label>?</label></numericalresponse>',
      'UNREADABLE_ANSWER',
    ],
    [
      'a formula',
      '<formularesponse answer="x^2"><label>?</label></formularesponse>',
      'UNSUPPORTED_RESPONSE',
    ],
    [
      'no correct choice',
      '<multiplechoiceresponse><label>?</label><choicegroup><choice>A</choice><choice>B</choice></choicegroup></multiplechoiceresponse>',
      'NO_CORRECT_ANSWER',
    ],
    ['no question', '<p>Just words.</p>', 'NO_QUESTION'],
  ])('%s is refused with its reason', (_what, inner, reason) => {
    const { questions, refused } = read(`<problem>${inner}</problem>`);
    expect(questions).toEqual([]);
    expect(refused).toMatchObject([{ reason }]);
  });

  test('a poll, where any choice is right, is asked', () => {
    const { questions, refused } =
      read(`<problem><multiplechoiceresponse><label>?</label><choicegroup>
      <choice correct="true">A</choice><choice correct="true">B</choice></choicegroup></multiplechoiceresponse></problem>`);
    expect(refused).toEqual([]);
    expect(questions).toMatchObject([
      { kind: 'SINGLE_CHOICE', choices: [{ correct: true }, { correct: true }] },
    ]);
  });

  test('of several questions, those that cannot be asked are told by their number', () => {
    const { questions, refused } = read(`<problem>
      <numericalresponse answer="1"><label>One?</label></numericalresponse>
      <formularesponse answer="x"><label>x?</label></formularesponse></problem>`);
    expect(questions).toHaveLength(1);
    expect(refused).toMatchObject([{ number: 2, reason: 'UNSUPPORTED_RESPONSE' }]);
  });
});

describe('scripts that compute nothing', () => {
  const asked = (script: string) =>
    problem(`<problem><script type="loncapa/python">${script}</script>
      <p>How many $unit are $number $numbers?</p>
      <numericalresponse answer="$number"><responseparam type="tolerance" default="$off"/></numericalresponse>
    </problem>`);

  test('constants stand where their names are; the longest name counts', () => {
    const { questions, refused } = asked(`
      # How many: '
      import math, random
      from numpy import array as a
      unit = 'm # not a comment'  # a comment
      number = 4;
      numbers = "of $number"
      number = 5
      off = 0.50`);
    expect(refused).toEqual([]);
    expect(questions).toMatchObject([
      {
        promptHtml: '<p>How many m # not a comment are 5 of $number?</p>',
        ranges: [{ minimum: 4.5, maximum: 5.5 }],
      },
    ]);
  });

  test.each([
    ['2.0', '2.0'],
    ['-3', '-3'],
    ['1.50', '1.5'],
    ['.5', '0.5'],
    ["r'a\\b'", 'a\\b'],
    ["'&lt;b&gt;'", '&lt;b&gt;'],
  ])('x = %s is %s, as text', (given, shown) => {
    const { questions } = problem(`<problem><script type="loncapa/python">x = ${given}</script>
      <p>$x</p><numericalresponse answer="1"/></problem>`);
    expect(questions[0]?.promptHtml).toBe(`<p>${shown}</p>`);
  });

  test.each(['', '# nothing', 'unused = 1', 'import random'])('%j does no harm', (script) => {
    const { questions } = problem(`<problem><script type="loncapa/python">${script}</script>
      <p>How much?</p><numericalresponse answer="1"/></problem>`);
    expect(questions).toHaveLength(1);
  });
});

describe("the problem editor's own notation", () => {
  const asXml = (markdown: string) => read(markdownToOlx(markdown));

  test('radio buttons with a description, feedback, hint and explanation', () => {
    const { questions, leftOut } = asXml(
      '>>Best pet?||Only one.<<\n\n( ) Rock {{no}}\n(x) Dog & cat\n\n||Think.||\n\n[explanation]\nIt <b>barks</b>.\n[explanation]\n',
    );
    expect(questions).toMatchObject([
      {
        kind: 'SINGLE_CHOICE',
        prompt: 'Best pet? Only one.',
        choices: [
          { text: 'Rock', correct: false },
          { text: 'Dog & cat', correct: true },
        ],
      },
    ]);
    expect(leftOut).toEqual([]);
  });

  test('checkboxes, dropdown, number and text, parted by ---', () => {
    const { questions } = asXml(
      '>>A<<\n[x] one\n[ ] two\n\n---\n>>B<<\n[[\nred\n(blue)\n]]\n\n---\n>>C<<\n= 5 +- 10%\n\n---\n>>D<<\n= Oslo\nor= Kristiania\n',
    );
    expect(questions.map(({ kind, prompt }) => [prompt, kind])).toEqual([
      ['A', 'MULTIPLE_CHOICE'],
      ['B', 'DROPDOWN'],
      ['C', 'NUMERIC'],
      ['D', 'TEXT'],
    ]);
    expect(questions[2]?.ranges).toEqual([{ minimum: 4.5, maximum: 5.5 }]);
    expect(questions[3]?.accepted).toEqual(['Oslo', 'Kristiania']);
  });

  test('keeps HTML, feedback, hints and explanations', () => {
    const { questions, leftOut } = problem(
      markdownToOlx(
        [
          '>>How large is 10<sup>3</sup> m?<<',
          '(x) 10<sup>3</sup> tiles {{Yes:: a thousand}}',
          '( ) a < b {{no',
          'way}}',
          '( ) <b>broken',
          '||Count <i>slowly</i>.||',
          '[explanation]\nFirst.\n\nThen <img src="/static/t.png" alt="tiles">.\n[explanation]',
          '---',
          '>>Which?<<',
          '[x] one {{ selected: good }, { unselected: look again }}',
          '[ ] two',
          '{{ ((A B)) not both }}',
          '---',
          '>>Say<<',
          '= Oslo {{Right.}}',
          'or= Kristiania',
        ].join('\n'),
      ),
    );
    expect(questions.map(({ promptHtml }) => promptHtml)).toEqual([
      '<div>How large is 10<sup>3</sup> m?</div>',
      '<div>Which?</div>',
      '<div>Say</div>',
    ]);
    expect(questions[0]?.choices).toEqual([
      {
        ...{ html: '10<sup>3</sup> tiles', correct: true },
        ...{ selected: '<b>Yes:</b> a thousand', unselected: '' },
      },
      { html: 'a &lt; b', correct: false, selected: 'no way', unselected: '' },
      { html: 'broken', correct: false, selected: '', unselected: '' },
    ]);
    expect(questions[0]?.feedback).toEqual({
      correct: '',
      solution: '<p>First.</p><p>Then <img src="/static/t.png" alt="tiles">.</p>',
      hints: ['Count <i>slowly</i>.'],
    });
    expect(questions[1]?.choices[0]).toMatchObject({ selected: 'good', unselected: 'look again' });
    expect(questions[2]).toMatchObject({
      accepted: ['Oslo', 'Kristiania'],
      feedback: { correct: 'Right.' },
    });
    expect(leftOut).toEqual(['feedback for a combination of choices (1)']);
  });

  test('is read where a problem has nothing else', () => {
    const { questions } = read('<problem markdown="&gt;&gt;Two?&lt;&lt;&#10;= 2"/>');
    expect(questions).toMatchObject([{ kind: 'NUMERIC', prompt: 'Two?' }]);
  });
});
