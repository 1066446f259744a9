import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import { currentCorrelation } from '../correlation.js';

export type { Logger } from 'pino';

/** Names whose values are secrets or personal data, wherever they stand in what is logged. */
const SENSITIVE = [
  ...['password', 'newPassword', 'passwordHash', 'token', 'accessToken', 'refreshToken', 'apiKey'],
  ...['secret', 'clientSecret', 'privateKey', 'authorization', 'cookie', 'set-cookie'],
  ...['email', 'givenName', 'familyName', 'displayName', 'phone', 'remoteAddress'],
];

const DEPTHS = ['', '*.', '*.*.'];

/** Connection strings carry passwords, and drivers put them into messages. */
const CREDENTIALS_IN_URL = /([a-z][a-z0-9+.-]*:\/\/[^\s:/@"]*):[^\s@/"]+@/gi;

export interface LoggerOptions {
  /** Service or process, on every line. */
  readonly service: string;
  readonly level?: string;
  /** Where lines go; standard output by default. */
  readonly destination?: DestinationStream;
}

/**
 * A structured logger: one JSON object a line, with the correlation id of the request or event
 * being worked on, and with secrets and personal data replaced by "[redacted]".
 * Errors go under `err`.
 */
export function createLogger({ service, level = 'info', destination }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: () => {
        const correlation = currentCorrelation();
        if (!correlation) return {};
        const { correlationId, causationId } = correlation;
        return causationId ? { correlationId, causationId } : { correlationId };
      },
      // The logger's own child bindings win over the ambient ones.
      mixinMergeStrategy: (mergeObject, mixinObject) => ({ ...mixinObject, ...mergeObject }),
      serializers: { err: serializeError },
      hooks: { streamWrite: (line) => line.replace(CREDENTIALS_IN_URL, '$1:[redacted]@') },
      redact: {
        paths: DEPTHS.flatMap((prefix) => SENSITIVE.map((key) => `${prefix}${key}`)),
        censor: '[redacted]',
      },
    },
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
}

/** For tests and short scripts: takes everything, writes nothing. */
export const silentLogger: Logger = pino({ level: 'silent' });

interface LoggedError {
  type: string;
  message: string;
  code?: unknown;
  stack?: string;
  cause?: LoggedError;
}

/** Only type, message, code, stack and cause: drivers hang queries with their values on errors. */
function serializeError(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  return {
    type: error.name,
    message: error.message,
    ...('code' in error ? { code: error.code } : {}),
    ...(error.stack ? { stack: error.stack } : {}),
    ...(error.cause !== undefined ? { cause: serializeError(error.cause) } : {}),
  };
}
