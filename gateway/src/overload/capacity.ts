import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { LyceumError } from '@lyceum/platform/errors';
import type { StopSignal } from '@lyceum/platform/stop-signal';
import type { Metrics } from '@lyceum/platform/telemetry/metrics';
import { OperationTypeNode } from 'graphql';
import pLimit from 'p-limit';
import type { CapacityLimits } from './capacity-settings.js';
import { Deadlines } from './deadlines.js';
import { Gate } from './gate.js';
import { nextWidth } from './width.js';

const RESOLUTION_MS = 20;
const LOOK_EVERY_MS = 250;
/** Events that are executed for subscribers at a time; the others wait in their feeds. */
const EVENTS_AT_A_TIME = 64;

/** Decides what is executed now, and until when. */
export interface Capacity {
  /**
   * @param gone aborted when the client goes away: a query is then not answered; what changes data
   *   goes on to its end
   * @throws SERVICE_UNAVAILABLE with the reason OVERLOADED when there is no room
   */
  operation<T>(
    kind: OperationTypeNode,
    gone: StopSignal | undefined,
    work: (signal: StopSignal) => Promise<T>,
  ): Promise<T>;
  /** Events for subscribers wait for their turn, and are never refused. */
  event<T>(work: (signal: StopSignal) => Promise<T>): Promise<T>;
  /** What an operation would be told that came now; null while there is room. */
  refusal(): LyceumError | null;
  /** All that is under way is answered with what is there. */
  hurry(): void;
  start(): void;
  stop(): void;
}

export function createCapacity(limits: CapacityLimits, metrics: Metrics): Capacity {
  const { mostAtATime, mostWaiting, longestWaitMs, requestTimeoutMs } = limits;
  const onRefused = (reason: string) => metrics.operationsRefused.inc({ reason });
  const gate = new Gate({ mostAtATime, mostWaiting, longestWaitMs, onRefused });
  const events = pLimit(EVENTS_AT_A_TIME);
  const deadlines = new Deadlines(requestTimeoutMs);
  const lag = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  let looking: NodeJS.Timeout | undefined;

  async function inTime<T>(
    gone: StopSignal | undefined,
    work: (signal: StopSignal) => Promise<T>,
  ): Promise<T> {
    const deadline = deadlines.begin(gone);
    try {
      return await work(deadline.signal);
    } finally {
      deadline.end();
    }
  }

  function look(): void {
    const behindMs = Math.max(lag.mean / 1e6 - RESOLUTION_MS, gate.behindMs);
    gate.width = nextWidth(gate.width, behindMs, mostAtATime);
    lag.reset();
    metrics.operationsUnderWay.set(gate.underWay);
    metrics.operationsWidth.set(gate.width);
  }

  return {
    operation: (kind, gone, work) =>
      inTime(kind === OperationTypeNode.MUTATION ? undefined : gone, (signal) =>
        gate.run(() => work(signal)),
      ),
    event: (work) => events(() => inTime(undefined, work)),
    refusal: () => (gate.isFull ? gate.refusal('full') : null),
    hurry: () => deadlines.expireAll(),
    start() {
      lag.enable();
      looking = setInterval(look, LOOK_EVERY_MS).unref();
    },
    stop() {
      clearInterval(looking);
      lag.disable();
    },
  };
}
