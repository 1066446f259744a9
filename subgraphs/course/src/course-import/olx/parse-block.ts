import { ImportRefused, type ImportProblem } from '../import-problem.js';
import type { ReportBuilder, SkipReason } from '../import-report.js';
import type { OlxFiles } from './olx-files.js';
import { expectElement } from './structure-files.js';
import type { OlxBlock } from './structure.js';
import { readXml, type XmlElement } from './xml.js';

/** What of a block's own file only costs that block. */
const ONE_BLOCK: Partial<Record<ImportProblem, SkipReason>> = {
  MALFORMED_XML: 'MALFORMED_XML',
  FILE_TOO_LARGE: 'TOO_LARGE',
  TOO_DEEP: 'TOO_LARGE',
};

/**
 * Parses a block that has a file to itself.
 *
 * @returns null when the file cannot be read, which is reported
 * @throws ImportRefused for a file that no author would have written
 */
export function parseBlock(
  { kind, path }: OlxBlock,
  files: OlxFiles,
  report: ReportBuilder,
): XmlElement | null {
  try {
    return expectElement(kind, path, readXml(path, files.texts.get(path) ?? ''));
  } catch (error) {
    const reason = error instanceof ImportRefused ? ONE_BLOCK[error.code] : undefined;
    if (!(error instanceof ImportRefused) || !reason) throw error;
    report.skipped(path, reason, error.message);
    return null;
  }
}
