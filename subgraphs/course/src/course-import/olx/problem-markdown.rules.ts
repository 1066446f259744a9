import { readXml } from './xml.js';

/**
 * Turns the simple notation of Open edX's problem editor into the elements of a problem:
 * `>>prompt||description<<`, `( )`/`(x)`, `[ ]`/`[x]`, `= answer +- tolerance`, `or= answer`,
 * `[[a, (b)]]`, `||hint||`, `[explanation]…[explanation]`, `{{feedback}}`; `---` parts questions.
 */
export function markdownToOlx(markdown: string): string {
  const questions = markdown.replaceAll(/\r\n?/g, '\n').split(/\n[ \t]*---+[ \t]*(?:\n|$)/);
  return `<problem>${questions.map((part) => convert(part)).join('')}</problem>`;
}

function convert(markdown: string): string {
  const hints: string[] = [];
  let label = '';
  let solution = '';
  const text = markdown
    .replaceAll(/\[explanation\]([\s\S]*?)\[\/?explanation\]/g, (_all, words: string) => {
      solution += `<solution>${paragraphs(words)}</solution>`;
      return '';
    })
    .replaceAll(/>>([\s\S]*?)<</g, (_all, words: string) => {
      const [prompt = '', description = ''] = words.split('||');
      label += `<label>${markup(prompt.trim())}</label>`;
      if (description.trim()) label += `<description>${markup(description.trim())}</description>`;
      return '';
    })
    .replaceAll(/^[ \t]*\|\|(.*)\|\|[ \t]*$/gm, (_all, words: string) => {
      hints.push(`<hint>${markup(words.trim())}</hint>`);
      return '';
    })
    .replaceAll(/\{\{[\s\S]*?\}\}/g, (feedback) => feedback.replaceAll(/\s*\n\s*/g, ' '));
  let rest = text;
  const take = (pattern: RegExp): RegExpExecArray[] => {
    const found = [...rest.matchAll(pattern)] as RegExpExecArray[];
    rest = rest.replaceAll(pattern, '');
    return found;
  };
  const lists = take(/\[\[([\s\S]*?)\]\]/g);
  const radios = take(/^[ \t]*\([ \t]*(x|X|@)?[ \t]*\)[ \t]*(.+)$/gm);
  const boxes = take(/^[ \t]*\[[ \t]*(x|X)?[ \t]*\][ \t]*(.+)$/gm);
  const answers = take(/^[ \t]*(?:or|not|s)?=[ \t]*(.+)$/gm).filter(
    (answer) => !/^[ \t]*not=/.test(answer[0]),
  );
  const choice = (match: RegExpExecArray) => {
    const { words, hints: said } = parted(match[2] ?? '', 'choicehint');
    return `<choice correct="${match[1] ? 'true' : 'false'}">${markup(words)}${said}</choice>`;
  };
  let response = '';
  if (lists.length > 0) {
    response = lists.map((list) => dropdown(list[1] ?? '', label)).join('');
  } else if (radios.length > 0) {
    response = `<multiplechoiceresponse>${label}<choicegroup>${radios.map(choice).join('')}</choicegroup></multiplechoiceresponse>`;
  } else if (boxes.length > 0) {
    response = `<choiceresponse>${label}<checkboxgroup>${boxes.map(choice).join('')}</checkboxgroup></choiceresponse>`;
  } else if (answers.length > 0) {
    response = written(
      answers.map((answer) => (answer[1] ?? '').trim()),
      label,
    );
  }
  // What is left in braces is said of combinations of choices.
  const combinations = take(/\{\{([\s\S]*?)\}\}/g).map((found) => hint('compoundhint', found[1]));
  const words = paragraphs(rest);
  const demandhint = hints.length > 0 ? `<demandhint>${hints.join('')}</demandhint>` : '';
  return `${words}${response || label}${combinations.join('')}${solution}${demandhint}`;
}

function dropdown(list: string, label: string): string {
  const lines = list.includes('\n') ? list.split('\n') : list.split(',');
  const options = lines
    .map((line) => line.trim().replace(/,$/, ''))
    .filter((line) => line !== '')
    .map((line) => {
      const { words, hints } = parted(line, 'optionhint');
      const correct = /^\((.*)\)$/.exec(words);
      const text = markup((correct?.[1] ?? words).trim());
      return `<option correct="${correct ? 'true' : 'false'}">${text}${hints}</option>`;
    });
  return `<optionresponse>${label}<optioninput>${options.join('')}</optioninput></optionresponse>`;
}

function written(answers: string[], label: string): string {
  const [given = '', ...others] = answers;
  const { words: first, hints } = parted(given, 'correcthint');
  const extra = (further: string[]) =>
    further
      .map((answer) => parted(answer, 'correcthint'))
      .map(
        (own) =>
          `<additional_answer answer="${escape(own.words)}">${own.hints}</additional_answer>`,
      )
      .join('');
  const number = /^([[(].*,.*[\])]|[-+]?[\d.].*?)[ \t]*(?:\+-[ \t]*(.+))?$/.exec(first);
  if (number) {
    const tolerance = number[2]
      ? `<responseparam type="tolerance" default="${escape(number[2].trim())}"/>`
      : '';
    return `<numericalresponse answer="${escape(number[1] ?? '')}">${label}${tolerance}${hints}${extra(others)}</numericalresponse>`;
  }
  // A leading bar means a regular expression, as in the editor.
  const type = first.startsWith('|') ? 'ci regexp' : 'ci';
  return `<stringresponse answer="${escape(first)}" type="${type}">${label}${hints}${extra(others)}</stringresponse>`;
}

/** A line without what it says in braces, and that as elements: `{{label:: words}}`, `{{ selected: words }, { unselected: words }}`. */
function parted(line: string, name: string): { words: string; hints: string } {
  let hints = '';
  const words = line.replaceAll(/\{\{(.*?)\}\}/g, (_all, inner: string) => {
    const cases = inner.split(/\}\s*,\s*\{/).map((each) => {
      const by = /^\s*(selected|s|unselected|u)\s*:(?!:)([\s\S]*)$/i.exec(each);
      if (!by) return hint(name, each);
      const selected = by[1]!.toLowerCase().startsWith('s');
      return hint(name, by[2], ` selected="${selected}"`);
    });
    hints += cases.join('');
    return '';
  });
  return { words: words.trim(), hints };
}

function hint(name: string, said = '', attributes = ''): string {
  const [label, words] = said.includes('::') ? said.split(/::(.*)/s) : ['', said];
  const labeled = label?.trim() ? ` label="${escape(label.trim())}"` : '';
  return `<${name}${attributes}${labeled}>${markup((words ?? '').trim())}</${name}>`;
}

function paragraphs(text: string): string {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) =>
      /^<(pre|p|div|ul|ol|table)\b/.test(paragraph)
        ? markup(paragraph)
        : `<p>${markup(paragraph)}</p>`,
    )
    .join('');
}

const KNOWN_TAGS =
  'a|b|strong|i|em|u|s|sub|sup|small|code|pre|tt|p|div|span|br|hr|img|ul|ol|li|table|thead|tbody|tr|th|td|math|m\\w+|semantics|annotation|blockquote';
const TAG = new RegExp(
  `&lt;(/?)(${KNOWN_TAGS})((?:\\s+[\\w-]+=(?:&quot;(?:(?!&quot;|&lt;|&gt;).)*&quot;|'[^'<>]*'))*)\\s*/?&gt;`,
  'g',
);

/** The editor's notation may hold HTML. It stays when it is well-formed; otherwise its text does. */
function markup(text: string): string {
  const html = escape(text).replaceAll(TAG, (_all, end: string, name: string, given: string) => {
    const attributes = given.replaceAll('&quot;', '"');
    const empty = end === '' && ['br', 'hr', 'img'].includes(name) ? '/' : '';
    return `<${end}${name}${attributes}${empty}>`;
  });
  const given = html.replaceAll(/&amp;(lt|gt|amp|quot|#\d+);/g, '&$1;');
  try {
    readXml('', `<p>${given}</p>`);
    return given;
  } catch {
    return escape(text.replaceAll(/<\/?[a-z][^<>]*>/gi, ' ').trim() || text);
  }
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
