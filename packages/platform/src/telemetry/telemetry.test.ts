import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { withCorrelation } from '../correlation.js';
import { createLogger } from './logger.js';
import { createMetrics } from './metrics.js';
import { extractTrace, injectTrace, startTracing, withSpan } from './tracing.js';

function logged(): { lines: Record<string, unknown>[]; log: ReturnType<typeof createLogger> } {
  const lines: Record<string, unknown>[] = [];
  const destination = {
    write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  };
  return { lines, log: createLogger({ service: 'course', destination }) };
}

describe('the logger', () => {
  it('puts the correlation of the work being done on every line', () => {
    const { lines, log } = logged();
    withCorrelation({ correlationId: 'c1', causationId: null }, () => log.info('one'));
    withCorrelation({ correlationId: 'c1', causationId: 'e1' }, () => log.info('two'));
    log.info('three');
    expect(
      lines.map((l) => [l['correlationId'], l['causationId'], l['service'], l['level']]),
    ).toEqual([
      ['c1', undefined, 'course', 'info'],
      ['c1', 'e1', 'course', 'info'],
      [undefined, undefined, 'course', 'info'],
    ]);
  });

  it('never writes secrets or personal data, at any usual depth or in connection strings', () => {
    const { lines, log } = logged();
    const secret = 'do-not-show';
    log.info({ password: secret, input: { email: secret, nested: { refreshToken: secret } } });
    log.info({ req: { headers: { authorization: secret, cookie: secret } } });
    log.error({ err: new Error(`no answer from postgres://lyceum:${secret}@db:5432/course`) });
    log.error({ err: Object.assign(new Error('query failed'), { parameters: [secret] }) });
    log.error({ err: new Error('outer', { cause: new Error(`amqp://u:${secret}@h`) }) });
    expect(JSON.stringify(lines)).not.toContain(secret);
    expect(lines[2]).toMatchObject({
      err: { message: 'no answer from postgres://lyceum:[redacted]@db:5432/course' },
    });
  });
});

describe('the metrics', () => {
  it('are told apart by service, and can be made twice in a process', async () => {
    createMetrics({ defaults: false });
    const metrics = createMetrics({ defaults: true });
    metrics.outboxDepth.set({ service: 'course' }, 3);
    metrics.outboxDepth.set({ service: 'auth' }, 1);
    const text = await metrics.registry.metrics();
    expect(text).toContain('lyceum_outbox_depth{service="course"} 3');
    expect(text).toContain('lyceum_outbox_depth{service="auth"} 1');
    expect(text).toContain('nodejs_eventloop_lag_seconds');
  });
});

describe('tracing', () => {
  it('does nothing without an endpoint', async () => {
    const tracing = startTracing({ service: 'course', endpoint: undefined });
    const headers: Record<string, string> = {};
    const result = await withSpan('work', {}, async () => {
      injectTrace(headers);
      return 1;
    });
    expect([result, headers]).toEqual([1, {}]);
    await tracing.stop();
  });

  it('sends spans to the endpoint, and hands the trace on in headers', async () => {
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        bodies.push(`${request.url} ${body}`);
        response.setHeader('content-type', 'application/json').end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const tracing = startTracing({ service: 'course', endpoint: `http://127.0.0.1:${port}/` });

    const headers: Record<string, string> = {};
    while (!headers['traceparent']) {
      await withSpan('outer', {}, async () => injectTrace(headers));
    }
    const parent = extractTrace(headers);
    const failing = withSpan(
      'inner',
      { 'lyceum.type': 't' },
      async () => Promise.reject(new Error('no')),
      { parent },
    );
    await expect(failing).rejects.toThrow('no');
    await tracing.stop();
    await new Promise((resolve) => server.close(resolve));

    const traceId = headers['traceparent'].split('-')[1]!;
    const sent = bodies.join();
    expect(sent).toContain('/v1/traces');
    expect(sent).toContain('lyceum-course');
    expect(sent).toContain('inner');
    expect(sent.split(traceId).length).toBeGreaterThan(2);
  });
});
