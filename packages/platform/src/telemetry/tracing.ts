import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes, Context } from '@opentelemetry/api';

export { SpanKind } from '@opentelemetry/api';

export interface Tracing {
  /** Sends what is left. */
  stop(): Promise<void>;
}

/** Off, everything here is a plain call: no spans are made. */
let enabled = false;

/**
 * Sends spans to an OTLP endpoint over HTTP (such as `http://collector:4318`). Without an endpoint
 * nothing is loaded and nothing is traced. One provider a process, named after its service.
 */
export function startTracing(options: { service: string; endpoint: string | undefined }): Tracing {
  if (!options.endpoint) return { stop: async () => {} };
  const provider = load(options.service, options.endpoint);
  return {
    stop: async () => {
      enabled = false;
      await (await provider).shutdown();
    },
  };
}

async function load(service: string, endpoint: string): Promise<{ shutdown(): Promise<void> }> {
  const [{ BatchSpanProcessor, NodeTracerProvider }, { OTLPTraceExporter }, resources] =
    await Promise.all([
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` });
  const provider = new NodeTracerProvider({
    resource: resources.resourceFromAttributes({ 'service.name': `lyceum-${service}` }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  // Sets the W3C propagator and the context that follows asynchronous calls.
  provider.register();
  enabled = true;
  return provider;
}

/** Asked where a span's name and attributes would be made for nothing. */
export function isTracing(): boolean {
  return enabled;
}

/**
 * Runs `work` in a span, which ends with it; an error is noted in the span and passed on.
 * Attributes hold ids and names of operations, never what people wrote.
 */
export async function withSpan<R>(
  name: string,
  attributes: Attributes,
  work: () => Promise<R>,
  options: { kind?: SpanKind; parent?: Context } = {},
): Promise<R> {
  if (!enabled) return work();
  const { kind = SpanKind.INTERNAL, parent = context.active() } = options;
  return trace
    .getTracer('lyceum')
    .startActiveSpan(name, { kind, attributes }, parent, async (span) => {
      try {
        return await work();
      } catch (error) {
        const message = error instanceof Error ? error.name : 'failed';
        span.setStatus({ code: SpanStatusCode.ERROR, message });
        throw error;
      } finally {
        span.end();
      }
    });
}

/** Adds `traceparent` of the running span to headers of a request that is about to be sent. */
export function injectTrace(headers: Record<string, string>): void {
  if (enabled) propagation.inject(context.active(), headers);
}

/** The span that a caller named in its `traceparent` header, as `parent` for `withSpan`. */
export function extractTrace(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Context {
  return enabled ? propagation.extract(context.active(), headers) : context.active();
}
