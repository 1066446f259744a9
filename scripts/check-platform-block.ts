// Every service's database has the same platform tables. Prisma has no include, so each schema
// repeats the block of prisma/platform.prisma.txt; this check keeps the copies equal.
//   npx tsx scripts/check-platform-block.ts          fails when a copy differs
//   npx tsx scripts/check-platform-block.ts --write  puts the block into every schema
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = process.cwd();
const block = readFileSync(join(root, 'prisma/platform.prisma.txt'), 'utf8').trim();
const pattern = /^\/\/ <platform>[\s\S]*?^\/\/ <\/platform>$/m;
const write = process.argv.includes('--write');

const differing: string[] = [];
for (const entry of readdirSync(join(root, 'prisma'), { withFileTypes: true })) {
  const path = join(root, 'prisma', entry.name, 'schema.prisma');
  if (!entry.isDirectory() || !existsSync(path)) continue;
  const schema = readFileSync(path, 'utf8');
  if (schema.match(pattern)?.[0] === block) continue;
  if (write) {
    const next = pattern.test(schema)
      ? schema.replace(pattern, () => block)
      : `${schema.trimEnd()}\n\n${block}\n`;
    writeFileSync(path, next);
    process.stdout.write(`prisma/${entry.name}/schema.prisma: platform block written\n`);
  } else {
    differing.push(`prisma/${entry.name}/schema.prisma`);
  }
}

if (differing.length > 0) {
  process.stderr.write(
    `The platform block differs from prisma/platform.prisma.txt in:\n  ${differing.join('\n  ')}\n` +
      'Run `npx tsx scripts/check-platform-block.ts --write`, then write a migration.\n',
  );
  process.exitCode = 1;
}
