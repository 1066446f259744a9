import { styleText } from 'node:util';
import { MultiBar, Presets, type SingleBar } from 'cli-progress';

const QUARTER = 25;
/** Columns of what stands before a bar. */
const LABEL_WIDTH = 24;

export interface Bar {
  /** @param percent 0–100 */
  update(percent: number, note?: string): void;
}

/** Tells the story in the terminal; where there is none (a pipe, CI), in plain lines. */
export class Screen {
  readonly #begun = performance.now();
  #chapter = 0;
  #chapterBegun = 0;

  constructor(
    private readonly print: (line: string) => void,
    private readonly isTerminal: boolean,
  ) {}

  chapter(title: string): void {
    this.#endChapter();
    this.#chapter += 1;
    this.#chapterBegun = performance.now();
    this.print(`\n${this.#style('bold', `${this.#chapter}. ${title}`)}`);
  }

  say(text: string): void {
    this.print(`   ${text}`);
  }

  /** Something that had to be so, and is. */
  check(text: string): void {
    this.print(`   ${this.#style('green', '✓')} ${text}`);
  }

  end(text: string): void {
    this.#endChapter();
    const seconds = ((performance.now() - this.#begun) / 1000).toFixed(1);
    this.print(`\n${this.#style('bold', `${text} ${seconds} s.`)}\n`);
  }

  /** Shows bars while `work` is under way, one for each label. */
  async withBars<T>(labels: readonly string[], work: (...bars: Bar[]) => Promise<T>): Promise<T> {
    if (!this.isTerminal) return work(...labels.map((label) => this.#plainBar(label)));
    const screen = new MultiBar(
      {
        format: '   {label} {bar} {percentage}%  {note}',
        hideCursor: true,
        barsize: 28,
        clearOnComplete: false,
        autopadding: true,
      },
      Presets.shades_classic,
    );
    try {
      const bars = labels.map((label): Bar => {
        const bar: SingleBar = screen.create(100, 0, {
          label: label.padEnd(LABEL_WIDTH),
          note: '',
        });
        return {
          update: (percent, note) => bar.update(percent, note === undefined ? {} : { note }),
        };
      });
      return await work(...bars);
    } finally {
      screen.stop();
    }
  }

  #plainBar(label: string): Bar {
    let told = 0;
    return {
      update: (percent, note = '') => {
        if (percent < told + QUARTER && percent < 100) return;
        if (percent <= told) return;
        told = percent;
        this.say(`${label.padEnd(LABEL_WIDTH)} ${String(percent).padStart(3)}%  ${note}`);
      },
    };
  }

  #endChapter(): void {
    if (this.#chapter === 0) return;
    const seconds = ((performance.now() - this.#chapterBegun) / 1000).toFixed(1);
    this.print(`   ${this.#style('dim', `${seconds} s`)}`);
  }

  #style(style: 'bold' | 'dim' | 'green', text: string): string {
    return this.isTerminal ? styleText(style, text) : text;
  }
}
