import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Liquid, type Template } from 'liquidjs';
import {
  formattingLocale,
  languageFor,
  timeZoneOf,
  type Reader,
} from '../recipient/recipient.rules.js';
import type { Destination } from '../link/link.rules.js';
import { formatMoney } from './money.rules.js';
import { oneLine, SECTIONS, splitTemplate, type Section } from './template.rules.js';

/** What a template may be filled with; texts in it are people's own and are not trusted. */
export type TemplateData = Readonly<
  Record<string, string | number | boolean | { amountMinor: number; currency: string }>
>;

export interface TemplateReader extends Reader {
  readonly name: string;
}

/** Where a mail leads. */
export interface MailLinks extends Destination {
  /** Where the reader chooses what to hear of; null where there is no such page, or no choice. */
  readonly settingsUrl: string | null;
}

export interface MailText {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly language: string;
}

type Parsed = Record<Section, Template[]>;

const FALLBACK = 'en';
const LAYOUT = 'layout';
const MAX_TEMPLATE = 20_000;

/**
 * Writes notifications by Liquid templates, `templates/<language>/<name>.liquid`. Templates reach
 * no file, no prototype and no variable that they were not given, and may run for a moment only;
 * in HTML every value is escaped.
 */
export class TemplateService {
  readonly #plain = createLiquid(false);
  readonly #html = createLiquid(true);
  readonly #templates = new Map<string, Map<string, Parsed>>();

  /** @throws Error naming the file, when one is not right or lacks its counterpart in the fallback language */
  static async load(directory: string): Promise<TemplateService> {
    const service = new TemplateService();
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      const templates = new Map<string, Parsed>();
      service.#templates.set(entry.name, templates);
      for (const file of await readdir(join(directory, entry.name))) {
        if (!file.endsWith('.liquid')) continue;
        const path = join(directory, entry.name, file);
        try {
          const name = file.slice(0, -'.liquid'.length);
          templates.set(name, service.#parse(name, await readFile(path, 'utf8')));
        } catch (error) {
          throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`, {
            cause: error,
          });
        }
      }
    }
    return service;
  }

  get languages(): string[] {
    return [...this.#templates.keys()];
  }

  /** Names of the templates of a language, the layout left out. */
  names(language: string): string[] {
    return [...(this.#templates.get(language)?.keys() ?? [])].filter((name) => name !== LAYOUT);
  }

  /** Title and text for the feed: plain text. */
  async feed(name: string, data: TemplateData, reader: TemplateReader) {
    const { template, language, variables } = this.#prepare(name, data, reader);
    return {
      language,
      title: oneLine(await this.#write(this.#plain, template.title, variables)),
      body: await this.#write(this.#plain, template.body, variables),
    };
  }

  /** The layout says what `links` lead to. */
  async mail(
    name: string,
    data: TemplateData,
    reader: TemplateReader,
    links: MailLinks,
  ): Promise<MailText> {
    const { template, layout, language, variables } = this.#prepare(name, data, reader);
    const subject = oneLine(await this.#write(this.#plain, template.subject, variables));
    const text = await this.#write(this.#plain, template.text, variables);
    const html = await this.#write(this.#html, template.html, variables);
    const around = { ...variables, ...links, subject };
    return {
      subject,
      language,
      text: `${await this.#write(this.#plain, layout.text, { ...around, content: text })}\n`,
      html: await this.#write(this.#html, layout.html, { ...around, content: html }),
    };
  }

  #parse(name: string, source: string): Parsed {
    const wanted = name === LAYOUT ? (['text', 'html'] as const) : SECTIONS;
    const parts = splitTemplate(source, wanted);
    return Object.fromEntries(
      wanted.map((part) => [part, (part === 'html' ? this.#html : this.#plain).parse(parts[part])]),
    ) as Parsed;
  }

  #prepare(name: string, data: TemplateData, reader: TemplateReader) {
    const having = this.languages.filter((language) => this.#templates.get(language)?.has(name));
    const language = languageFor(reader.locale, having, FALLBACK);
    const templates = this.#templates.get(language);
    const template = templates?.get(name);
    const layout = templates?.get(LAYOUT);
    if (!template || !layout) throw new Error(`There is no template ${name} in ${language}.`);
    const cleaned = Object.entries(data).map(([key, value]) => [
      key,
      typeof value === 'string' ? oneLine(value) : value,
    ]);
    const variables = {
      ...(Object.fromEntries(cleaned) as TemplateData),
      name: oneLine(reader.name),
      language,
      formatting: formattingLocale(reader.locale, language),
      timeZone: timeZoneOf(reader),
    };
    return { template, layout, language, variables };
  }

  async #write(engine: Liquid, template: Template[], variables: object): Promise<string> {
    return (await engine.render(template, variables)) as string;
  }
}

function createLiquid(html: boolean): Liquid {
  const liquid = new Liquid({
    // Templates given in memory take the place of the file system: none.
    templates: {},
    relativeReference: false,
    dynamicPartials: false,
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    outputEscape: html ? 'escape' : undefined,
    parseLimit: MAX_TEMPLATE,
    renderLimit: 500,
    memoryLimit: 1_000_000,
  });
  liquid.registerFilter('time', function (value: unknown) {
    const [locale, timeZone] = [
      this.context.getSync(['formatting']),
      this.context.getSync(['timeZone']),
    ] as [string, string];
    const format = new Intl.DateTimeFormat(locale, {
      dateStyle: 'long',
      timeStyle: 'short',
      timeZone,
    });
    return format.format(new Date(String(value)));
  });
  liquid.registerFilter('money', function (value: { amountMinor: number; currency: string }) {
    return formatMoney(value, this.context.getSync(['formatting']) as string);
  });
  return liquid;
}
