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
      solution += `<solution>${escape(words.trim())}</solution>`;
      return '';
    })
    .replaceAll(/>>([\s\S]*?)<</g, (_all, words: string) => {
      const [prompt = '', description = ''] = words.split('||');
      label += `<label>${escape(prompt.trim())}</label>`;
      if (description.trim()) label += `<description>${escape(description.trim())}</description>`;
      return '';
    })
    .replaceAll(/^[ \t]*\|\|(.*)\|\|[ \t]*$/gm, (_all, words: string) => {
      hints.push(`<hint>${escape(words.trim())}</hint>`);
      return '';
    })
    .replaceAll(/\{\{[\s\S]*?\}\}/g, '');
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
  const choice = (match: RegExpExecArray) =>
    `<choice correct="${match[1] ? 'true' : 'false'}">${escape((match[2] ?? '').trim())}</choice>`;
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
  const words = rest
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => `<p>${escape(withoutTags(paragraph))}</p>`);
  const demandhint = hints.length > 0 ? `<demandhint>${hints.join('')}</demandhint>` : '';
  return `${words.join('')}${response || label}${solution}${demandhint}`;
}

function dropdown(list: string, label: string): string {
  const lines = list.includes('\n') ? list.split('\n') : list.split(',');
  const options = lines
    .map((line) => line.trim().replace(/,$/, ''))
    .filter((line) => line !== '')
    .map((line) => {
      const correct = /^\((.*)\)$/.exec(line);
      const text = escape((correct?.[1] ?? line).trim());
      return `<option correct="${correct ? 'true' : 'false'}">${text}</option>`;
    });
  return `<optionresponse>${label}<optioninput>${options.join('')}</optioninput></optionresponse>`;
}

function written(answers: string[], label: string): string {
  const [first = '', ...others] = answers;
  const extra = (given: string[]) =>
    given.map((answer) => `<additional_answer answer="${escape(answer)}"/>`).join('');
  const number = /^([[(].*,.*[\])]|[-+]?[\d.].*?)[ \t]*(?:\+-[ \t]*(.+))?$/.exec(first);
  if (number) {
    const tolerance = number[2]
      ? `<responseparam type="tolerance" default="${escape(number[2].trim())}"/>`
      : '';
    return `<numericalresponse answer="${escape(number[1] ?? '')}">${label}${tolerance}${extra(others)}</numericalresponse>`;
  }
  // A leading bar means a regular expression, as in the editor.
  const type = first.startsWith('|') ? 'ci regexp' : 'ci';
  return `<stringresponse answer="${escape(first)}" type="${type}">${label}${extra(others)}</stringresponse>`;
}

const withoutTags = (text: string) => text.replaceAll(/<[^<>]*>/g, ' ');

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
