import {
  attribute,
  descendants,
  elementsOf,
  escapeHtml,
  innerHtml,
  type XmlElement,
} from './xml.js';

/** What is shown of a question after it is answered, as unsafe HTML; empty where there is none. */
export interface OlxFeedback {
  correct: string;
  solution: string;
  hints: string[];
}

/** What learners see only after they answered, or on demand. */
export const FEEDBACK: ReadonlySet<string> = new Set([
  'choicehint',
  'compoundhint',
  'correcthint',
  'demandhint',
  'hintgroup',
  'optionhint',
  'regexphint',
  'solution',
  'stringequalhint',
  'targetedfeedbackset',
]);

/** What is said of a choice that was made, and of one that was not. */
export function choiceHints(
  choice: XmlElement,
  name: string,
): { selected: string; unselected: string } {
  const said = { selected: '', unselected: '' };
  for (const hint of descendants(choice, name)) {
    const when = attribute(hint, 'selected').toLowerCase() === 'false' ? 'unselected' : 'selected';
    said[when] += labeled(hint);
  }
  return said;
}

/** A hint with the word that its author put before it. */
function labeled(hint: XmlElement): string {
  const label = attribute(hint, 'label').trim();
  const html = innerHtml(hint).trim();
  return label === '' ? html : `<b>${escapeHtml(label)}:</b> ${html}`;
}

/** What is said of a right answer; hints on further answers have no place of their own. */
export function correctHint(response: XmlElement): string {
  return elementsOf(response)
    .filter((child) => child.name === 'correcthint')
    .map(labeled)
    .join('');
}

/** What a problem says after a response. */
export function ownFeedback({
  solutions,
  hints,
}: {
  solutions: readonly XmlElement[];
  hints: readonly XmlElement[];
}): Pick<OlxFeedback, 'solution' | 'hints'> {
  return {
    solution: solutions.map((solution) => innerHtml(solution).trim()).join(''),
    hints: hints.map((hint) => innerHtml(hint).trim()),
  };
}

/** Feedback that depends on which answer was given. */
export const ANSWER_HINTS = ['stringequalhint', 'regexphint', 'hintpart', 'targetedfeedback'];

export function furtherAnswerHints(problem: XmlElement): string[] {
  const found = descendants(problem, 'additional_answer').filter(
    (answer) => descendants(answer, 'correcthint').length > 0,
  ).length;
  return found === 0 ? [] : [`feedback for a further right answer (${found})`];
}
