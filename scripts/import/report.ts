export interface ImportedCourse {
  id: string;
  state: 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED';
  percent: number;
  course: { id: string; slug: string; title: string } | null;
  report: {
    imported: { kind: string; count: number }[];
    skipped: { path: string; code: string; reason: string }[];
    errors: { path: string; code: string; message: string }[];
  } | null;
}

/** How many entries of one kind are shown unless all are wanted. */
const SHOWN = 6;

/** The report of an import, for reading in a terminal. */
export function printReport(imported: ImportedCourse, all: boolean): string {
  const { report, course } = imported;
  if (!report) return 'The import has no report.';
  if (report.errors.length > 0) {
    const lines = report.errors.map(
      ({ path, code, message }) => `  ${path ? `${path}: ` : ''}${message} (${code})`,
    );
    return ['Nothing was imported:', ...lines].join('\n');
  }
  const lines = [`Imported “${course?.title ?? ''}” as a draft (${course?.slug ?? ''}):`];
  for (const { kind, count } of report.imported) {
    lines.push(`  ${String(count).padStart(6)}  ${kind.toLowerCase()}`);
  }
  if (report.skipped.length > 0) lines.push('', `Not imported (${report.skipped.length}):`);
  for (const [code, entries] of groupByCode(report.skipped)) {
    lines.push(`  ${code} (${entries.length})`);
    for (const { path, reason } of all ? entries : entries.slice(0, SHOWN)) {
      lines.push(`    ${path}: ${reason}`);
    }
    if (!all && entries.length > SHOWN) {
      lines.push(`    … and ${entries.length - SHOWN} more (--all shows each)`);
    }
  }
  return lines.join('\n');
}

function groupByCode<T extends { code: string }>(entries: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const entry of entries) {
    groups.set(entry.code, [...(groups.get(entry.code) ?? []), entry]);
  }
  return groups;
}
