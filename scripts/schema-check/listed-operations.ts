import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readManifest } from '@lyceum/gateway/persisted/manifest';
import { coordinatesOf } from '@lyceum/gateway/usage/coordinates';
import type { OperationUsage } from '@lyceum/gateway/usage/usage-day';
import { parse, validate, type GraphQLSchema } from 'graphql';

/** The operations of all manifests in a folder; those that the schema no longer answers are left out. */
export async function listedOperations(
  directory: string,
  schema: GraphQLSchema,
): Promise<OperationUsage[]> {
  const files = (await readdir(directory)).filter((name) => name.endsWith('.json'));
  const manifests = await Promise.all(
    files.map(async (name) => readManifest(name, await readFile(join(directory, name), 'utf8'))),
  );
  return manifests
    .flatMap(({ operations }) => operations)
    .flatMap(({ id, body, name, type }) => {
      const document = parse(body);
      if (validate(schema, document).length > 0) return [];
      const coordinates = coordinatesOf(schema, document);
      return [{ hash: id, name, kind: type, listed: true, coordinates, by: [] }];
    });
}
