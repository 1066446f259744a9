import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';

/** One row of studentVle.csv: clicks of a student on a site in a day. */
export interface ClickRow {
  /** Made from the row's place in the file: the same in every replay. */
  readonly id: string;
  readonly student: string;
  readonly site: string;
  /** Days since the presentation began; negative before. */
  readonly day: number;
  readonly clicks: number;
}

export interface MarkRow {
  /** Made as the ids of clicks are; the submission's id. */
  readonly id: string;
  readonly student: string;
  readonly assessment: string;
  readonly day: number;
  /** 0–100; null for the few that were handed in and have no mark. */
  readonly score: number | null;
}

export interface Site {
  readonly id: string;
  /** Such as `resource`, `oucontent`, `forumng`. */
  readonly activityType: string;
}

/** One presentation of one module of the Open University Learning Analytics Dataset. */
export interface Dataset {
  readonly students: readonly string[];
  readonly sites: readonly Site[];
  readonly assessments: readonly { readonly id: string; readonly type: string }[];
  /** In the order of their day. */
  readonly clicks: readonly ClickRow[];
  readonly marks: readonly MarkRow[];
  /** The day on which students left, of those who did. */
  readonly withdrawals: ReadonlyMap<string, number>;
}

/** 2013J begins in October; the dataset says no day. */
const FIRST_DAY = Date.UTC(2013, 9, 1);
const DAY_MS = 86_400_000;

/** The calendar day in UTC, `YYYY-MM-DD`. */
export function dateOf(day: number): string {
  return new Date(FIRST_DAY + day * DAY_MS).toISOString().slice(0, 10);
}

/** Rows say the day alone: noon stands for it. */
export function noonOf(day: number): string {
  return `${dateOf(day)}T12:00:00.000Z`;
}

export function endOf(day: number): string {
  return `${dateOf(day)}T23:59:59.999Z`;
}

/** @throws Error saying where the dataset was looked for */
export async function readDataset(folder: string, rows = Infinity): Promise<Dataset> {
  if (!existsSync(join(folder, 'studentVle.csv.gz'))) {
    throw new Error(
      `There is no dataset in ${folder}. It is not part of the repository: point LYCEUM_SHARED_DATA ` +
        'at a folder whose oulad/ holds one presentation of the Open University Learning Analytics Dataset.',
    );
  }
  const table = async (name: string) => records(await readFile(join(folder, name), 'utf8'));
  const clicksText = gunzipSync(await readFile(join(folder, 'studentVle.csv.gz'))).toString('utf8');

  const clicks = records(clicksText)
    .map((row, place) => ({
      id: idOf('click', place),
      student: row['id_student']!,
      site: row['id_site']!,
      day: Number(row['date']),
      clicks: Number(row['sum_click']),
    }))
    .toSorted((a, b) => a.day - b.day)
    .slice(0, rows);
  const lastDay = rows === Infinity ? Infinity : (clicks.at(-1)?.day ?? 0);
  const marks = (await table('studentAssessment.csv'))
    .map((row, place) => ({
      id: idOf('mark', place),
      student: row['id_student']!,
      assessment: row['id_assessment']!,
      day: Number(row['date_submitted']),
      score: row['score'] === '' ? null : Number(row['score']),
    }))
    .filter(({ day }) => day <= lastDay)
    .toSorted((a, b) => a.day - b.day);
  const left = (await table('studentRegistration.csv'))
    .filter((row) => row['date_unregistration'] !== '')
    .map((row) => [row['id_student']!, Number(row['date_unregistration'])] as const)
    .filter(([, day]) => day <= lastDay);

  return {
    students: (await table('studentInfo.csv')).map((row) => row['id_student']!),
    sites: (await table('vle.csv')).map((row) => ({
      id: row['id_site']!,
      activityType: row['activity_type']!,
    })),
    assessments: (await table('assessments.csv')).map((row) => ({
      id: row['id_assessment']!,
      type: row['assessment_type']!,
    })),
    clicks,
    marks,
    withdrawals: new Map(left),
  };
}

function records(text: string): Record<string, string>[] {
  return parse(text, { columns: true, skipEmptyLines: true });
}

/** A UUID (version 8, RFC 9562) made from a name. */
function idOf(kind: string, place: number): string {
  const hash = createHash('sha256').update(`oulad/AAA/2013J/${kind}/${place}`).digest();
  hash[6] = (hash[6]! & 0x0f) | 0x80;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = hash.toString('hex', 0, 16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}
