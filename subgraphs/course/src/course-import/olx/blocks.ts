import type { ShowFeedback } from '@lyceum/events/course';
import { sanitizePage } from '../../content/sanitize.js';
import { draftQuestion } from '../../draft/draft-question.js';
import { draftBlock, LIMITS, type DraftBlock } from '../../draft/draft-tree.js';
import type { ReportBuilder, SkipReason } from '../import-report.js';
import { reportUnreadWithin } from './accounting.js';
import { reportHidden } from './course-parts.js';
import { beyond, first } from './bounds.js';
import type { CourseSettings } from './course-settings.js';
import type { OlxFiles } from './olx-files.js';
import { parseBlock } from './parse-block.js';
import { isBlank, isScriptedWidget, rewritePage } from './page.js';
import { readProblem, type OlxProblem } from './problem.js';
import { questionInput, refusal, showFeedbackOf } from './problem-question.js';
import { QUESTION_REASONS } from './problem-response.js';
import type { OlxBlock } from './structure.js';
import { CourseReferences } from './references.js';
import { titleOf } from './titles.js';
import { readVideo } from './video.js';
import { attribute, descendants, innerHtml, type XmlElement } from './xml.js';

type LoadedBlock = OlxBlock & { element: XmlElement };

/** Turns the blocks of a course into those of a draft. Each block is imported or reported. */
export class BlockReader {
  /** Files of pages that blocks refer to, imported or reported. */
  readonly usedTexts = new Set<string>();
  /** Blocks that showed something and could not be imported, with their titles (empty for none). */
  readonly lost = new Map<OlxBlock, string>();
  /** Pages with nothing on them. */
  readonly #blank = new Set<XmlElement>();
  readonly #references: CourseReferences;

  constructor(
    private readonly files: OlxFiles,
    private readonly settings: CourseSettings,
    /** Topic ids by the names that links use. */
    topicIds: ReadonlyMap<string, string>,
    private readonly report: ReportBuilder,
    /** What it awaits keeps the event loop free. */
    private readonly pause: () => Promise<void>,
  ) {
    this.#references = new CourseReferences(files, topicIds, report);
  }

  /** Paths below the course's folder of the files that the imported blocks need. */
  get usedFiles(): ReadonlySet<string> {
    return this.#references.usedFiles;
  }

  /** @throws ImportRefused for a file that no author would have written */
  async read(given: OlxBlock): Promise<DraftBlock[]> {
    const element = given.element ?? parseBlock(given, this.files, this.report);
    if (!element) {
      this.lost.set(given, '');
      return [];
    }
    // What is written within another file and has no name shares that file's path.
    const ownPath = !given.element || given.path.includes('#');
    if (ownPath) this.report.named(given.path, element.attributes['display_name'] ?? '');
    if (!given.element && reportHidden(element, given.path, this.report)) return [];
    const block = { ...given, element };
    await this.pause();
    const read = await this.#convert(block);
    // What is left out is reported as a whole.
    if (read.length > 0) reportUnreadWithin(element, given.path, this.report);
    else if (!this.#blank.has(element)) this.lost.set(given, attribute(element, 'display_name'));
    return read;
  }

  async #convert(block: LoadedBlock): Promise<DraftBlock[]> {
    switch (block.kind) {
      case 'html':
        return this.#page(block);
      case 'video':
        return this.#video(block);
      case 'problem':
        return this.#quiz(block);
      default:
        return this.#unsupported(block);
    }
  }

  async #page(block: LoadedBlock): Promise<DraftBlock[]> {
    const { element } = block;
    const filename = attribute(element, 'filename');
    const path = filename ? `html/${filename.replaceAll(':', '/')}.html` : block.path;
    const html = filename ? this.files.texts.get(path) : innerHtml(element);
    if (filename) this.usedTexts.add(path);
    if (html === undefined) {
      if (!this.files.oversized?.has(path)) {
        this.report.skipped(path, 'MISSING_FILE', `${block.path} refers to it`);
      }
      return [];
    }
    const title = titleOf(block.element, 'Page', block.path, this.report);
    if (filename) this.report.named(path, title);
    if (isScriptedWidget(html)) {
      this.report.skipped(
        path,
        'INTERACTIVE',
        `“${title}” is a set of controls worked by a script`,
      );
      return [];
    }
    const notes: [SkipReason, string][] = [];
    let rewritten = rewritePage(html, this.#references.surroundings(path, notes));
    await this.pause();
    if (rewritten.length > LIMITS.html) {
      // Much of what editors paste along is not kept: only what is left counts.
      rewritten = sanitizePage(rewritten);
      await this.pause();
    }
    if (rewritten.length > LIMITS.html) {
      const [size, limit] = [rewritten.length, LIMITS.html].map((n) => n.toLocaleString('en-US'));
      const why = `the page “${title}” has ${size} characters; the limit is ${limit}`;
      this.report.skipped(path, 'TOO_LARGE', why);
      return [];
    }
    const read = this.#checked(path, { kind: 'PAGE', title, html: rewritten });
    if (read[0]?.kind === 'PAGE' && isBlank(read[0].html)) {
      if (!/<script\b/i.test(html)) this.#blank.add(element);
      this.report.skipped(
        path,
        'EMPTY',
        `nothing is left of “${title}” without scripts and styles`,
      );
      return [];
    }
    for (const [code, reason] of notes) this.report.skipped(path, code, reason);
    return read;
  }

  #video(block: LoadedBlock): DraftBlock[] {
    const { path, element } = block;
    const find = (address: string) => this.#references.file(address, path);
    const video = readVideo(element, this.settings.language, find);
    if (!video) {
      this.report.skipped(path, 'NO_SOURCE', 'the video has no address');
      return [];
    }
    for (const what of video.leftOut) this.report.skipped(path, 'LEFT_OUT', what);
    const title = titleOf(block.element, 'Video', block.path, this.report);
    const blocks = this.#checked(path, {
      kind: 'VIDEO',
      title,
      url: video.url,
      durationSeconds: video.durationSeconds,
      transcriptUrl: video.transcript ? `media:${video.transcript.mediaId}` : null,
    });
    for (const { title: what, file } of video.documents) {
      blocks.push(
        ...this.#checked(path, {
          kind: 'DOCUMENT',
          title: `${title}: ${what}`.slice(0, LIMITS.title),
          url: `media:${file.mediaId}`,
          filename: file.filename,
          contentType: file.contentType,
          byteLength: file.byteLength,
        }),
      );
    }
    return blocks;
  }

  async #quiz(block: LoadedBlock): Promise<DraftBlock[]> {
    const { path, element } = block;
    const problem = readProblem(path, element);
    await this.pause();
    const title = titleOf(block.element, 'Quiz', block.path, this.report);
    const total = problem.questions.length + problem.refused.length;
    for (const { number, reason, detail } of problem.refused) {
      const which = total > 1 ? `question ${number} of ${total} of “${title}”` : `“${title}”`;
      const why = `${which}: ${QUESTION_REASONS[reason]} (${detail})`;
      this.report.skipped(path, 'UNSUPPORTED_PROBLEM', why);
    }
    const notes: [SkipReason, string][] = [];
    const around = this.#references.surroundings(path, notes);
    const questions = problem.questions.flatMap((question) => {
      const asked = questionInput(question, (html) => rewritePage(html, around));
      const checked = draftQuestion.safeParse({ ...asked, points: 1 });
      if (checked.success) return [asked];
      const { code, reason } = refusal(checked.error.issues[0]);
      const which =
        total > 1 ? `question ${question.number} of ${total} of “${title}”` : `“${title}”`;
      this.report.skipped(path, code, `${which}: ${reason}`);
      return [];
    });
    if (questions.length === 0) return [];
    const asked = first(questions, LIMITS.questions, path, `questions in “${title}”`, this.report);
    const points = this.#points(block, asked.length);
    const attempts = Number(attribute(element, 'max_attempts'));
    const introduction = rewritePage(problem.introduction, around);
    const shows = introduction.length <= LIMITS.html;
    if (!shows) {
      const what = `characters above the questions of “${title}”, which are left out`;
      this.report.skipped(path, 'TOO_LARGE', beyond(introduction.length, LIMITS.html, what));
    }
    const read = this.#checked(path, {
      kind: 'QUIZ',
      title,
      introduction: shows ? introduction : '',
      passingPercent: this.settings.passingPercent,
      // In the source a unit is complete once its problems are submitted, whatever their score.
      completion: 'SUBMITTED',
      attemptsAllowed:
        attempts >= 1 && attempts <= 1_000 ? Math.floor(attempts) : this.settings.attemptsAllowed,
      showFeedback: this.#showFeedback(element, problem),
      questions: asked.map((question) => ({ ...question, points })),
    });
    if (read.length === 0) return [];
    for (const [code, reason] of notes) this.report.skipped(path, code, reason);
    if (problem.leftOut.length > 0) {
      this.report.skipped(path, 'LEFT_OUT', problem.leftOut.join(', '));
    }
    return read;
  }

  /** In the source the setting is about solutions: other feedback is always shown with the answer. */
  #showFeedback(element: XmlElement, { questions }: OlxProblem): ShowFeedback {
    const given = attribute(element, 'showanswer') || this.settings.showAnswer;
    const hasSolution = questions.some(({ feedback }) => feedback.solution !== '');
    return hasSolution ? showFeedbackOf(given) : 'AFTER_SUBMISSION';
  }

  /** Of each question. A problem without weight is asked, and counts for nothing. */
  #points({ element, path }: LoadedBlock, questions: number): number {
    const given = attribute(element, 'weight').trim();
    if (['', 'null', 'None'].includes(given)) return 1;
    const weight = Number(given);
    if (weight >= 0 && weight <= 1_000) return weight / questions;
    this.report.skipped(
      path,
      'LEFT_OUT',
      `the weight ${given.slice(0, 50)}; each question has 1 point`,
    );
    return 1;
  }

  #unsupported(block: LoadedBlock): DraftBlock[] {
    const title = attribute(block.element, 'display_name');
    const what = `a block of the kind ${block.kind}${title ? ` (“${title}”)` : ''}`;
    this.report.skipped(block.path, 'UNSUPPORTED_KIND', `${what} has no counterpart`);
    for (const child of descendants(block.element, 'html', 'problem', 'video')) {
      const name = attribute(child, 'url_name');
      const path = name ? `${child.name}/${name}.xml` : block.path;
      this.report.skipped(path, 'UNSUPPORTED_KIND', `it is within ${what}`);
    }
    return [];
  }

  #checked(path: string, block: unknown): DraftBlock[] {
    const result = draftBlock.safeParse(block);
    if (result.success) return [result.data];
    const issue = result.error.issues[0];
    this.report.skipped(path, 'TOO_LARGE', `${issue?.path.join('.')}: ${issue?.message}`);
    return [];
  }
}
