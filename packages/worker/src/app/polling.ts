import type { Fault } from '@ccbot/shared/faults/fault';
import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { createMeasures, type Measures } from '../metrics/measures';
import { metered } from '../metrics/metered';
import { createPoll, type Poll, type PollEvent } from '../telegram/poll';
import type { SupervisorLink } from './process-link';
import { wayOf, type PollWorld } from './run-world';

/** A worker that polls already; its other parts are loaded and started meanwhile. */
export interface Polling {
  readonly base: PollWorld;
  readonly link: SupervisorLink;
  readonly poll: Poll;
  readonly measures: Measures;
  /** When it began, ms since the epoch. */
  readonly startedAt: number;
  /** Ends the run with this exit code; only the first one counts. */
  end(code: number): void;
  readonly ended: Promise<number>;
  /** The time that a drain may take, ms; undefined: nobody asked to drain. */
  drainMs(): number | undefined;
  /** From now on `listener` hears of each event, first of those that came before. Polls are held open from now on, too. */
  handle(listener: (event: PollEvent) => void): void;
}

/** How long a stopping worker sends what is waiting, ms, where the supervisor says nothing else. */
const DRAIN_MS = 8_000;

/** Starts to poll. What arrives goes to the journal only, until somebody handles it. */
export function startPolling(base: PollWorld, link: SupervisorLink): Polling {
  let end = (_code: number): void => undefined;
  const ended = new Promise<number>((resolve) => (end = resolve));
  let drainMs: number | undefined;
  link.onDrain((why, deadlineMs) => {
    if (drainMs !== undefined) return;
    drainMs = deadlineMs ?? DRAIN_MS;
    base.log('info', 'stopping', { why });
    end(EXIT.ok);
  });
  const measures = createMeasures();
  const poll = createPoll({
    api: metered(base.pollApi, measures),
    updates: base.cluster?.sink ?? base.updates,
    ...(base.cluster === undefined ? {} : { permit: base.cluster.permit }),
    way: wayOf(base),
    clock: {
      now: () => base.now(),
      monotonicMs: () => performance.now(),
      chance: () => base.chance(),
    },
    log: base.log,
  });
  let listener: ((event: PollEvent) => void) | undefined;
  const waiting: PollEvent[] = [];
  let open = (): void => undefined;
  const isHandled = new Promise<void>((resolve) => (open = resolve));
  const polling: Polling = {
    base,
    link,
    poll,
    measures,
    startedAt: base.now(),
    end,
    ended,
    drainMs: () => drainMs,
    handle(next) {
      listener = next;
      for (const event of waiting.splice(0)) next(event);
      open();
    },
  };
  poll.start((event) => {
    // Trouble cannot wait; the start of the other parts may.
    if (event.type === 'network') onNetwork(polling, event);
    else if (event.type === 'ended') onEnded(polling, event.fault);
    else if (listener === undefined) waiting.push(event);
    else listener(event);
  }, isHandled);
  return polling;
}

function onNetwork({ base, link }: Polling, { up, detail }: Extract<PollEvent, { type: 'network' }>): void {
  base.log(up ? 'info' : 'warn', up ? 'Telegram reachable' : 'Telegram unreachable', { detail });
  link.tell({ type: 'network', at: base.now(), up, detail });
}

function onEnded({ base, link, end }: Polling, fault: Fault): void {
  const at = base.now();
  base.log('error', fault.what, { todo: fault.todo, code: fault.code });
  if (fault.code === 'POLL_CONFLICT') link.tell({ type: 'conflict', at, text: fault.what });
  else link.tell({ type: 'fault', at, code: fault.code, text: fault.what });
  end(fault.exit);
}
