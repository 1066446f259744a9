import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { projectPath } from '@lyceum/platform/project-path';

/**
 * Where this service leaves the confines of one organization, by file. Add a line only when no
 * viewer and no event says which organization it is about.
 */
const ACROSS_ORGANIZATIONS: Readonly<Record<string, number>> = {
  // Jobs that look for work in every organization; the work itself is done within one.
  'course-import/import-runner.ts': 1,
  'upload/upload.service.ts': 1,
};

describe('reads and writes across organizations', () => {
  it('are those listed here', () => {
    const source = projectPath('subgraphs/course/src');
    const found: Record<string, number> = {};
    for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
      const text = readFileSync(`${source}/${file}`, 'utf8');
      const uses = text.match(/\.(acrossOrganizations|transactionAcrossOrganizations)\(/g) ?? [];
      if (uses.length > 0) found[file] = uses.length;
    }
    expect(found).toEqual(ACROSS_ORGANIZATIONS);
  });
});
