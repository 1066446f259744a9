import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { projectPath } from '@lyceum/platform/project-path';
import type { OlxFiles } from './olx-files.js';
import { readOlx } from './read-olx.js';

const sharedData = process.env['LYCEUM_SHARED_DATA'] ?? projectPath('..', 'shared', 'data');
const demo = join(sharedData, 'openedx-demo-course', 'course');
const withDemo = existsSync(demo) ? test : test.skip;

async function demoFiles(): Promise<OlxFiles> {
  const entries = await readdir(demo, { recursive: true, withFileTypes: true });
  const texts = new Map<string, string>();
  const statics = new Map<
    string,
    OlxFiles['statics'] extends ReadonlyMap<string, infer F> ? F : never
  >();
  const others = new Set<string>();
  for (const entry of entries.filter((each) => each.isFile())) {
    const absolute = join(entry.parentPath, entry.name);
    const path = relative(demo, absolute);
    const given = { filename: entry.name, contentType: 'image/png', byteLength: 1 };
    if (path.startsWith('static/')) statics.set(path, { mediaId: `m${statics.size}`, ...given });
    else if (/\.(xml|html|json)$/.test(path)) texts.set(path, await readFile(absolute, 'utf8'));
    else others.add(path);
  }
  return { texts, statics, others };
}

/** What has a place here, or is said by another attribute, by element; written down by hand. */
const HAS_A_PLACE: Readonly<Record<string, string>> = {
  course: 'display_name language org course url_name',
  chapter: 'display_name url_name',
  sequential: 'display_name url_name',
  vertical: 'display_name url_name',
  library_content: 'display_name max_count',
  html: 'display_name url_name filename editor',
  problem: 'display_name url_name markdown max_attempts weight showanswer',
  video:
    'display_name url_name youtube youtube_id_1_0 html5_sources source sub transcripts start_time end_time track edx_video_id client_video_id handout download_track download_video',
};
/** Settings that the report names in words. */
const IN_WORDS: Readonly<Record<string, string>> = {
  start: 'the date on which the course opens',
  course_image: 'the image of the course',
  lti_passports: 'keys of LTI tools',
  user_partitions: 'content groups',
  teams_configuration: 'teams of the course',
};
const NOTES =
  /^(url_name|xml_attributes|parent|index_in_children_list|filename|edx_video_id|markdown_edited|editor)$/;
const isEmpty = (value: string) => /^(|null|None|\{\}|\[\]|&quot;&quot;|false)$/.test(value.trim());

describe('the Open edX demo course (skipped where it is absent)', () => {
  withDemo(
    'every attribute has a place, says nothing, or is in the report',
    async () => {
      const files = await demoFiles();
      const { report } = await readOlx(files);
      const lines = report.skipped;
      const lost: string[] = [];
      let checked = 0;
      for (const [path, text] of files.texts) {
        const root = /<(\w[\w-]*)((?:\s+[\w:-]+="[^"]*")*)\s*\/?>/.exec(
          text.replace(/^<\?xml[^>]*\?>/, ''),
        );
        if (!path.endsWith('.xml') || !root) continue;
        const [, element = '', given = ''] = root;
        const own = lines.filter(
          (line) =>
            line.path === path ||
            line.path.includes(`#${path}`) ||
            (element === 'course' && line.code === 'COURSE_SETTING'),
        );
        // Left out as a whole, or used by nothing.
        const named = lines.some((line) => line.reason.includes(path) && /^\w+\/$/.test(line.path));
        const whole = own.some(
          ({ code, reason }) =>
            ['RESTRICTED', 'STAFF_ONLY', 'UNSUPPORTED_PROBLEM'].includes(code) ||
            reason.endsWith('has no counterpart'),
        );
        if (named || whole || !(element in HAS_A_PLACE)) continue;
        for (const [, name = '', value = ''] of given.matchAll(/([\w:-]+)="([^"]*)"/g)) {
          checked += 1;
          if (HAS_A_PLACE[element]!.split(' ').includes(name) || NOTES.test(name) || isEmpty(value))
            continue;
          const said = own.some(({ reason }) => reason.includes(IN_WORDS[name] ?? name));
          if (!said) lost.push(`${path} ${name}="${value.slice(0, 40)}"`);
        }
      }
      expect(checked).toBeGreaterThan(500);
      expect(lost).toEqual([]);
    },
    60_000,
  );

  withDemo(
    'every file is referred to, or in the report',
    async () => {
      const files = await demoFiles();
      const { report, usedFiles } = await readOlx(files);
      const all = [...files.texts.keys(), ...files.statics.keys(), ...(files.others ?? [])];
      const everything = [...files.texts.values()].join('\n');
      const unaccounted = new Map<string, number>();
      for (const path of all) {
        const name = path
          .split('/')
          .at(-1)!
          .replace(/\.\w+$/, '');
        const referred = path.startsWith('static/')
          ? usedFiles.has(path)
          : everything.includes(`"${name}"`);
        const reported = report.skipped.some(
          (line) => line.path.includes(path) || line.reason.includes(path),
        );
        if (referred || reported) continue;
        const folder = path.includes('/') ? `${path.split('/')[0]}/` : path;
        unaccounted.set(folder, (unaccounted.get(folder) ?? 0) + 1);
      }
      // The root; what is read by its place; lists of what other files hold.
      for (const path of ['course.xml', 'policies/', 'about/', 'assets/']) unaccounted.delete(path);
      for (const [folder, count] of unaccounted) {
        const line = report.skipped.find(
          ({ path, code }) => path === folder && code === 'UNUSED_FILE',
        );
        expect([folder, Number(/^\d+/.exec(line?.reason ?? '0')) >= count]).toEqual([folder, true]);
      }
      expect(all.length).toBeGreaterThan(500);
    },
    60_000,
  );
});
