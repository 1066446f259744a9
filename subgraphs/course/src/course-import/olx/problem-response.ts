import { readableText } from '../../content/readable-text.rules.js';
import { choiceHints, correctHint, FEEDBACK, type OlxFeedback } from './problem-feedback.js';
import { acceptedRange, listOfOptions, type NumberRange } from './problem-answers.rules.js';
import {
  attribute,
  descendants,
  elementsOf,
  escapeHtml,
  firstOf,
  innerHtml,
  plainText,
  type XmlElement,
} from './xml.js';

/** One question as a problem asks it; its choices are told apart by their place. HTML is unsafe. */
export interface OlxQuestion {
  kind: 'SINGLE_CHOICE' | 'MULTIPLE_CHOICE' | 'DROPDOWN' | 'NUMERIC' | 'TEXT';
  promptHtml: string;
  choices: { html: string; correct: boolean; selected: string; unselected: string }[];
  feedback: OlxFeedback;
  ranges: NumberRange[];
  accepted: string[];
  caseSensitive: boolean;
}

/** Why a question cannot be imported; stable, in the import report. */
export const QUESTION_REASONS = {
  UNSUPPORTED_RESPONSE: 'Lyceum has no question of this kind',
  SCRIPTED_PROBLEM: 'it is made or marked by a program of its own (Python or JavaScript)',
  PATTERN_ANSWER: 'its answer is a regular expression; Lyceum compares with fixed texts',
  UNREADABLE_ANSWER: 'its answer is not a fixed number or interval',
  NO_CORRECT_ANSWER: 'it names no correct answer',
  NO_CHOICES: 'it has fewer than two choices that show something',
  EQUAL_CHOICES: 'two of its choices would look the same',
  NO_QUESTION: 'it asks nothing',
} as const;
export type QuestionReason = keyof typeof QUESTION_REASONS;

export type ReadResponse = OlxQuestion[] | { reason: QuestionReason; detail: string };

export const RESPONSES: ReadonlySet<string> = new Set([
  'multiplechoiceresponse',
  'choiceresponse',
  'optionresponse',
  'numericalresponse',
  'stringresponse',
  // Known, and without a counterpart here.
  'annotationresponse',
  'choicetextresponse',
  'coderesponse',
  'customresponse',
  'drag_and_drop_response',
  'externalresponse',
  'formularesponse',
  'imageresponse',
  'javascriptresponse',
  'jsmeresponse',
  'radiotextresponse',
  'schematicresponse',
  'symbolicresponse',
  'truefalseresponse',
]);

/** Reads one response element; its prompts are still to be found. */
export function readResponse(response: XmlElement): ReadResponse {
  switch (response.name) {
    case 'multiplechoiceresponse':
    case 'choiceresponse':
      return each(descendants(response, 'choicegroup', 'checkboxgroup', 'radiogroup'), choices);
    case 'optionresponse':
      return each(descendants(response, 'optioninput'), dropdown);
    case 'numericalresponse':
      return numeric(response);
    case 'stringresponse':
      return text(response);
    default:
      return { reason: 'UNSUPPORTED_RESPONSE', detail: response.name };
  }
}

function each(
  inputs: readonly XmlElement[],
  read: (input: XmlElement) => ReadResponse,
): ReadResponse {
  if (inputs.length === 0) return { reason: 'NO_CHOICES', detail: 'no choices' };
  const questions: OlxQuestion[] = [];
  for (const input of inputs) {
    const result = read(input);
    if (!Array.isArray(result)) return result;
    questions.push(...result);
  }
  return questions;
}

function question(kind: OlxQuestion['kind'], given: Partial<OlxQuestion>): OlxQuestion {
  const feedback = { correct: '', solution: '', hints: [] };
  const empty = { choices: [], ranges: [], accepted: [], caseSensitive: false, feedback };
  return { kind, promptHtml: '', ...empty, ...given };
}

const isTrue = (value: string) => value.trim().toLowerCase() === 'true';

function choices(group: XmlElement): ReadResponse {
  const several = group.name === 'checkboxgroup';
  const given = descendants(group, 'choice').map((choice) => ({
    html: innerHtml(choice, FEEDBACK).trim(),
    correct: isTrue(attribute(choice, 'correct')),
    ...choiceHints(choice, 'choicehint'),
  }));
  return checked(question(several ? 'MULTIPLE_CHOICE' : 'SINGLE_CHOICE', { choices: given }));
}

function dropdown(input: XmlElement): ReadResponse {
  const options = elementsOf(input).filter((child) => child.name === 'option');
  const correct = attribute(input, 'correct').trim();
  const given =
    options.length > 0
      ? options.map((option) => ({
          html: innerHtml(option, FEEDBACK).trim(),
          correct: isTrue(attribute(option, 'correct')),
          ...choiceHints(option, 'optionhint'),
        }))
      : listOfOptions(attribute(input, 'options')).map((option) => ({
          html: escapeHtml(option),
          correct: option === correct,
          ...{ selected: '', unselected: '' },
        }));
  return checked(question('DROPDOWN', { choices: given }));
}

function checked(asked: OlxQuestion): ReadResponse {
  const correct = asked.choices.filter((choice) => choice.correct).length;
  if (asked.choices.length < 2 || asked.choices.some(({ html }) => readableText(html) === '')) {
    return { reason: 'NO_CHOICES', detail: `${asked.choices.length} choices` };
  }
  if (correct === 0) return { reason: 'NO_CORRECT_ANSWER', detail: asked.kind };
  return [asked];
}

function additionalAnswers(response: XmlElement): string[] {
  return descendants(response, 'additional_answer')
    .map((extra) => attribute(extra, 'answer') || plainText(extra, FEEDBACK))
    .filter((answer) => answer !== '');
}

function numeric(response: XmlElement): ReadResponse {
  const tolerance = descendants(response, 'responseparam').find(
    (parameter) => attribute(parameter, 'type') === 'tolerance',
  );
  const ranges: NumberRange[] = [];
  for (const answer of [attribute(response, 'answer'), ...additionalAnswers(response)]) {
    const range = acceptedRange(answer, tolerance ? attribute(tolerance, 'default') : '');
    if (!range) return { reason: 'UNREADABLE_ANSWER', detail: answer.slice(0, 100) };
    ranges.push(range);
  }
  return [withCorrectHint(question('NUMERIC', { ranges }), response)];
}

function withCorrectHint(asked: OlxQuestion, response: XmlElement): OlxQuestion {
  return { ...asked, feedback: { ...asked.feedback, correct: correctHint(response) } };
}

function text(response: XmlElement): ReadResponse {
  const types = attribute(response, 'type').toLowerCase().split(/\s+/);
  const answers = [attribute(response, 'answer'), ...additionalAnswers(response)]
    .map((answer) => answer.trim())
    .filter((answer) => answer !== '');
  if (types.includes('regexp')) {
    return { reason: 'PATTERN_ANSWER', detail: answers.join(' | ').slice(0, 100) };
  }
  // A variable of a script that this problem no longer has.
  if (answers.some((answer) => /^\$\w+$/.test(answer))) {
    return { reason: 'UNREADABLE_ANSWER', detail: answers.join(' | ').slice(0, 100) };
  }
  if (answers.length === 0) return { reason: 'NO_CORRECT_ANSWER', detail: 'empty answer' };
  const asked = question('TEXT', { accepted: answers, caseSensitive: !types.includes('ci') });
  return [withCorrectHint(asked, response)];
}

/** The elements a learner answers with: not part of what is asked. */
export const INPUTS: ReadonlySet<string> = new Set([
  'choicegroup',
  'checkboxgroup',
  'radiogroup',
  'optioninput',
  'formulaequationinput',
  'textline',
  'responseparam',
  'additional_answer',
  'clarification',
]);

/** What an input says of itself, where nothing else asks. */
export function inputLabel(response: XmlElement): string {
  for (const name of [
    'textline',
    'formulaequationinput',
    'optioninput',
    'choicegroup',
    'checkboxgroup',
  ]) {
    const input = firstOf(response, name);
    const label = input ? attribute(input, 'label').trim() : '';
    if (label !== '') return label;
  }
  return '';
}
