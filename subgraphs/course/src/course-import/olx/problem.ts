import { readableText } from '../../content/readable-text.rules.js';
import { markdownToOlx } from './problem-markdown.rules.js';
import { ANSWER_HINTS, FEEDBACK, furtherAnswerHints, ownFeedback } from './problem-feedback.js';
import { settleScripts } from './problem-script.rules.js';
import {
  inputLabel,
  INPUTS,
  readResponse,
  RESPONSES,
  type OlxQuestion,
  type QuestionReason,
} from './problem-response.js';
import {
  attribute,
  descendants,
  elementsOf,
  escapeHtml,
  innerHtml,
  outerHtml,
  readXml,
  type XmlElement,
} from './xml.js';

export interface OlxProblem {
  /** `number` counts the questions of the problem from 1, those that are refused as well. */
  questions: (OlxQuestion & { number: number })[];
  /** What the problem shows besides its questions, as unsafe HTML; empty when there is nothing. */
  introduction: string;
  /** Questions that cannot be imported: which of the problem's (from 1), and why. */
  refused: { number: number; reason: QuestionReason; detail: string }[];
  /** What was left out of the questions that are imported, in words. */
  leftOut: string[];
}

const NOT_ASKED = new Set([...INPUTS, ...FEEDBACK, 'script']);

/** Reads a `<problem>` of the common kinds. */
export function readProblem(path: string, given: XmlElement): OlxProblem {
  let problem = given;
  const markdown = attribute(problem, 'markdown').trim();
  if (descendants(problem, ...RESPONSES).length === 0 && !['', 'null', 'None'].includes(markdown)) {
    problem = readXml(path, markdownToOlx(markdown));
  }
  const responses = descendants(problem, ...RESPONSES);
  const none = { questions: [], introduction: '', leftOut: [] };
  if (!settleScripts(problem)) {
    const detail = responses.map((response) => response.name).join(', ');
    return { ...none, refused: [{ number: 1, reason: 'SCRIPTED_PROBLEM', detail }] };
  }
  if (responses.length === 0) {
    return { ...none, refused: [{ number: 1, reason: 'NO_QUESTION', detail: problem.name }] };
  }
  const result: OlxProblem = { ...none, questions: [], refused: [] };
  const introduction: string[] = [];
  const surroundings = placeResponses(problem);
  let number = 0;
  for (const { response, before, cell, ...own } of surroundings.responses) {
    const read = readResponse(response);
    const asked = asHtml(innerHtml(response, NOT_ASKED));
    const ownPrompt = [cell, asked].filter((part) => readableText(part) !== '').join(' ');
    const text = before.map((part) => outer(part)).join('');
    // What stands before a question that asks nothing itself is what it asks.
    if (ownPrompt !== '' || (!Array.isArray(read) && hasFigure(before))) introduction.push(text);
    if (!Array.isArray(read)) {
      number += 1;
      result.refused.push({ number, ...read });
      continue;
    }
    const label = inputLabel(response) || attribute(given, 'display_name');
    const promptHtml =
      ownPrompt || (readableText(text) === '' ? escapeHtml(label) : asHtml(text.trim()));
    // What is said of a response with several inputs follows its last one.
    const last = read.at(-1);
    if (last) last.feedback = { ...last.feedback, ...ownFeedback(own) };
    for (const question of read) {
      number += 1;
      if (promptHtml.trim() === '') {
        result.refused.push({ number, reason: 'NO_QUESTION', detail: response.name });
      } else {
        result.questions.push({ ...question, number, promptHtml });
      }
    }
  }
  introduction.push(surroundings.after.map((part) => outer(part)).join(''));
  result.introduction = introduction.join('').trim();
  result.leftOut = leftOut(problem, surroundings.responses);
  return result;
}

type Part = XmlElement | string;

interface Placed {
  response: XmlElement;
  /** What the problem shows between the response before this one and this one. */
  before: Part[];
  /** In a table: the row's and the column's heads, as HTML. */
  cell: string;
  /** Of the problem's, those that follow this response before the next. */
  solutions: XmlElement[];
  hints: XmlElement[];
}

function placeResponses(problem: XmlElement): { responses: Placed[]; after: Part[] } {
  const responses: Placed[] = [];
  let since: Part[] = [];
  /** Before the first response stands what is said of the problem as a whole. */
  const ahead: Pick<Placed, 'solutions' | 'hints'> = { solutions: [], hints: [] };
  const say = (element: XmlElement) => {
    const { solutions, hints } = responses.at(-1) ?? ahead;
    if (element.name === 'solution') solutions.push(element);
    if (element.name === 'demandhint') hints.push(...descendants(element, 'hint'));
  };
  const place = (parent: XmlElement, cell: string) => {
    for (const child of parent.children) {
      if (child.type === 'text' || child.type === 'cdata') {
        const text = (child as { text?: string }).text ?? '';
        if (text.trim() !== '') since.push(text);
        continue;
      }
      const element = child as XmlElement;
      if (child.type !== 'element') continue;
      if (FEEDBACK.has(element.name)) {
        say(element);
      } else if (RESPONSES.has(element.name)) {
        responses.push({ response: element, before: since, cell, solutions: [], hints: [] });
        descendants(element, 'solution', 'demandhint').forEach(say);
        since = [];
      } else if (descendants(element, ...RESPONSES).length === 0) {
        since.push(element);
        descendants(element, 'solution', 'demandhint').forEach(say);
      } else if (element.name === 'table') {
        placeTable(element);
      } else {
        place(element, cell);
      }
    }
  };
  const placeTable = (table: XmlElement) => {
    const rows = descendants(table, 'tr').map((row) =>
      elementsOf(row).filter((cell) => cell.name === 'td' || cell.name === 'th'),
    );
    const asks = (cell: XmlElement) => descendants(cell, ...RESPONSES).length > 0;
    const heads = rows.find((row) => row.every((cell) => !asks(cell))) ?? [];
    for (const row of rows) {
      const subject = row
        .filter((cell) => !asks(cell))
        .map((cell) => innerHtml(cell).trim())
        .join(' ');
      row.forEach((cell, column) => {
        const head = heads[column] ? innerHtml(heads[column]).trim() : '';
        if (asks(cell)) place(cell, [subject, head].filter(Boolean).join(' – '));
      });
    }
  };
  place(problem, '');
  responses[0]?.solutions.unshift(...ahead.solutions);
  responses[0]?.hints.unshift(...ahead.hints);
  return { responses, after: since };
}

const outer = (part: Part) =>
  typeof part === 'string' ? `<p>${escapeHtml(part.trim())}</p>` : outerHtml(part, NOT_ASKED);

/** HTML has a `<label>` too, which is for controls. */
function asHtml(html: string): string {
  return html.replaceAll(/<(\/?)(?:label|description)\b[^>]*>/g, '<$1div>').trim();
}

/** Whether there is something to see besides text. */
function hasFigure(parts: readonly Part[]): boolean {
  const figures = ['img', 'table', 'iframe', 'video', 'audio', 'pre'];
  return parts.some(
    (part) =>
      typeof part !== 'string' &&
      (figures.includes(part.name) || descendants(part, ...figures).some(shown)),
  );
}

/** Pictures within explanations and choices are not what the question shows. */
function shown(element: XmlElement): boolean {
  for (let at = element.parent; at; at = at.parent) {
    if ('name' in at && NOT_ASKED.has(at.name)) return false;
  }
  return true;
}

function leftOut(problem: XmlElement, placed: readonly Placed[]): string[] {
  const kept = (of: 'solutions' | 'hints') => placed.reduce((sum, own) => sum + own[of].length, 0);
  const unplaced = (what: string, name: string, of: 'solutions' | 'hints') => {
    const lost = descendants(problem, name).length - kept(of);
    return lost > 0 ? [`${what} (${lost})`] : [];
  };
  const count = (what: string, ...names: string[]) => {
    const found = descendants(problem, ...names).length;
    return found === 0 ? [] : [`${what} (${found})`];
  };
  const partial = descendants(problem, ...RESPONSES).some(
    (response) => attribute(response, 'partial_credit') !== '',
  );
  return [
    ...unplaced('explanation', 'solution', 'solutions'),
    ...unplaced('hint', 'hint', 'hints'),
    ...count('feedback for a combination of choices', 'compoundhint'),
    ...count('feedback for one wrong or further answer', ...ANSWER_HINTS),
    ...furtherAnswerHints(problem),
    ...(partial ? ['partial credit'] : []),
    ...(descendants(problem, 'choice', 'choicegroup', 'checkboxgroup').some(
      (element) =>
        attribute(element, 'answer-pool') !== '' || attribute(element, 'shuffle') === 'true',
    )
      ? ['shuffling of choices']
      : []),
  ];
}
