import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import pg from 'pg';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';

type SchemaEngine = Awaited<ReturnType<typeof bindings.SchemaEngine.new>>;

/**
 * Prisma's schema engine as WebAssembly: the native one is not on npm. It is a tool for writing
 * migrations; they are applied without it.
 */
export async function createSchemaEngine(connectionString: string): Promise<SchemaEngine> {
  loaded ??= load();
  const adapter = bindMigrationAwareSqlAdapterFactory(catalogAdapter(connectionString));
  return bindings.SchemaEngine.new({ datamodels: undefined }, () => {}, adapter);
}

let loaded: true | undefined;

function load(): true {
  // A panic of the engine would otherwise leave its caller waiting without a word.
  const registry = {
    set_message(message: string) {
      throw new Error(`Prisma's schema engine panicked: ${message}`);
    },
  };
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: registry });
  const file = createRequire(import.meta.url)
    .resolve('@prisma/schema-engine-wasm/schema_engine_bg')
    .replace(/\.js$/, '.wasm');
  const module = new WebAssembly.Module(readFileSync(file));
  const instance = new WebAssembly.Instance(module, { './schema_engine_bg.js': bindings });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports['__wbindgen_start'] as () => void)();
  return true;
}

/** The number of PostgreSQL's type "char", one letter, used by its catalogs; and of lists of it. */
const CHAR = 18;
const CHAR_LIST = 1002;

/**
 * Prisma's adapter with one thing added: the engine reads catalog columns of the type "char", which the
 * adapter knows only as a list. So they are called lists until they have passed it.
 */
function catalogAdapter(connectionString: string): SqlMigrationAwareDriverAdapterFactory {
  const pool = new pg.Pool({ connectionString });
  const query = pool.query.bind(pool) as (...parameters: unknown[]) => Promise<pg.QueryResult>;
  const callList = async (...parameters: unknown[]) => {
    const result = await query(...parameters);
    for (const field of result.fields ?? []) {
      if (field.dataTypeID === CHAR) field.dataTypeID = CHAR_LIST;
    }
    return result;
  };
  const factory = new PrismaPg(Object.assign(pool, { query: callList }), {
    disposeExternalPool: true,
  });
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (sql) => {
      const result = await queryRaw(sql);
      const columnTypes = result.columnTypes.map((type) =>
        type === ColumnTypeEnum.CharacterArray ? ColumnTypeEnum.Character : type,
      );
      return { ...result, columnTypes };
    };
    return adapter;
  };
  return factory;
}

/** The SQL that leads from the database as it is to the schema; empty when they agree. */
export async function diffToSchema(connectionString: string, schemaFile: string): Promise<string> {
  const engine = await createSchemaEngine(connectionString);
  const files = [{ path: schemaFile, content: readFileSync(schemaFile, 'utf8') }];
  const result = await engine.diff({
    from: { tag: 'schemaDatasource', files, configDir: '.' },
    to: { tag: 'schemaDatamodel', files },
    script: true,
    exitCode: true,
    filters: { externalTables: [], externalEnums: [] },
  });
  return result.exitCode === 2 ? (result.stdout ?? '') : '';
}
