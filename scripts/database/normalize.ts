import pg from 'pg';

/**
 * Prisma's schema language cannot say everything. What it cannot say is written into migrations by hand,
 * and taken out of the scratch database before comparing, so that the comparison does not propose to
 * undo it: indexes on expressions, on some rows only or with included columns, indexes that say so by
 * their name (`..._handwritten`), the expressions of generated columns, and check constraints (which
 * Prisma does not see anyway).
 */
export async function removeHandwritten(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await removeIndexes(client);
    await removeExpressions(client);
  } finally {
    await client.end();
  }
}

async function removeIndexes(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(`
    SELECT i.indexrelid::regclass::text AS name
      FROM pg_index i
      JOIN pg_class c ON c.oid = i.indexrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
     WHERE (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL OR i.indnatts > i.indnkeyatts
            OR c.relname LIKE '%\\_handwritten')
       AND NOT EXISTS (SELECT 1 FROM pg_inherits h WHERE h.inhrelid = i.indexrelid)
       AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)`);
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`);
}

async function removeExpressions(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ table: string; column: string }>(`
    SELECT a.attrelid::regclass::text AS "table", quote_ident(a.attname) AS "column"
      FROM pg_attribute a
      JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
      JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
     WHERE a.attgenerated = 's' AND NOT a.attisdropped AND a.attinhcount = 0`);
  for (const { table, column } of rows) {
    await client.query(`ALTER TABLE ${table} ALTER COLUMN ${column} DROP EXPRESSION`);
  }
}
