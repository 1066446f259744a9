import { describe, expect, it } from '@jest/globals';
import { printReport, type ImportedCourse, type Skipped } from './report.js';

function imported(report: Partial<NonNullable<ImportedCourse['report']>>): ImportedCourse {
  return {
    id: 'i',
    state: 'SUCCEEDED',
    percent: 100,
    updatesCourse: false,
    course: { id: 'c', slug: 'bees', title: 'Bees' },
    report: { imported: [], skipped: [], errors: [], ...report },
  };
}
const entry = (code: string, path: string, title: string | null, reason: string): Skipped => ({
  ...{ code, path, title, reason },
});

describe('the report of an import in a terminal', () => {
  it('counts things by their names, in the singular and the plural', () => {
    const counts = [
      { kind: 'MODULE', count: 1 },
      { kind: 'PAGE', count: 149 },
      { kind: 'QUIZ', count: 2 },
      { kind: 'MEDIA', count: 1 },
    ];
    expect(printReport(imported({ imported: counts }), false).split('\n')).toEqual([
      'Imported “Bees” as a draft (bees):',
      '       1  module',
      '     149  pages',
      '       2  quizzes',
      '       1  media file',
    ]);
  });

  it('groups what was left out, worst first, with titles', () => {
    const poll = (n: number) =>
      entry(
        'UNSUPPORTED_KIND',
        `poll/${n}.xml`,
        `Poll ${n}`,
        `a block of the kind poll (“Poll ${n}”) has no counterpart`,
      );
    const skipped = [
      entry('COURSE_SETTING', 'policies/run/policy.json', null, 'the image of the course'),
      entry('UNRESOLVED_LINK', 'html/a.xml', 'A page', 'links to the topic “Gone”, which is empty'),
      ...[1, 2, 3, 4, 5].map(poll),
      entry('UNSUPPORTED_KIND', 'lti/x.xml', null, 'a block of the kind lti has no counterpart'),
      entry('MISSING_FILE', 'html/h.html', null, 'html/h.xml refers to it'),
      entry('NEWER_CODE', 'a', null, 'what this program does not know'),
    ];
    expect(printReport(imported({ skipped }), false).split('\n').slice(2)).toEqual([
      'What to know, worst first:',
      '  1 NEWER_CODE',
      '    a: what this program does not know',
      '  1 file that is missing',
      '    html/h.html: html/h.xml refers to it',
      '  6 blocks of kinds without a counterpart',
      '    5 × a block of the kind poll has no counterpart: “Poll 1”, “Poll 2”, “Poll 3” and 2 more',
      '    lti/x.xml: a block of the kind lti has no counterpart',
      '  1 link that leads nowhere',
      '    “A page” (html/a.xml): links to the topic “Gone”, which is empty',
      '  1 setting of the course',
      '    policies/run/policy.json: the image of the course',
    ]);
  });

  it('shows the first of many, and each when asked to', () => {
    const skipped = Array.from({ length: 9 }, (_, n) =>
      entry('LEFT_OUT', `html/${n}.xml`, `Page ${n}`, `reason ${n}`),
    );
    const short = printReport(imported({ skipped }), false);
    expect(short).toContain('  9 details of imported parts');
    expect(short).toContain('“Page 5” (html/5.xml): reason 5');
    expect(short).not.toContain('reason 6');
    expect(short).toContain('… and 3 more (--all shows each)');
    const whole = printReport(imported({ skipped }), true);
    expect(whole).toContain('“Page 8” (html/8.xml): reason 8');
    expect(whole).not.toContain('more');
  });

  it('says of an update what was removed and what stays', () => {
    const skipped = [
      entry('KEPT', '', 'Note', 'the block “Note” was added by hand and stays'),
      entry('REMOVED', 'vertical/v', 'Old', 'the topic “Old” is no longer in the source'),
    ];
    const lines = printReport({ ...imported({ skipped }), updatesCourse: true }, false).split('\n');
    expect(lines[0]).toBe('Updated the draft of “Bees” (bees). It now has, from the file:');
    expect(lines.slice(2)).toEqual([
      'What to know, worst first:',
      '  1 part removed from the draft',
      '    vertical/v: the topic “Old” is no longer in the source',
      '  1 thing that stays as it was',
      '    the block “Note” was added by hand and stays',
    ]);
  });

  it('says why nothing was imported or changed', () => {
    const errors = [
      { path: 'imsmanifest.xml', code: 'OTHER_FORMAT', message: 'It is a SCORM package.' },
    ];
    const failed = { ...imported({ errors }), state: 'FAILED' as const, course: null };
    expect(printReport(failed, false)).toBe(
      'Nothing was imported:\n  imsmanifest.xml: It is a SCORM package. (OTHER_FORMAT)',
    );
    expect(printReport({ ...failed, updatesCourse: true }, false)).toMatch(/^Nothing was changed:/);
  });
});
