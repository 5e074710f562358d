import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import type { TroubleReport } from '@ccbot/shared/protocol/messages';
import { deadlineOf } from './deadline';
import { workerExited } from './worker-exit';
import { checkLiveness, checkMemory, killPastLease, leaseKillAt } from './liveness';
import type { Policy } from './policy';
import type { Child, Effect, Event, MachineMessage, State } from './state';
import { prepend, startWhenOnline, stopWorker, spawn, type Step } from './step';

/** The supervisor's decisions: from its state and an event to the next state and the effects. */
export function step(policy: Policy, state: State, event: Event): Step {
  switch (event.type) {
    case 'start':
      if (state.wanted === 'up') return [state, []];
      // Without a network check: the worker's polls tell soon enough, and it does much that needs no network.
      return spawn({ ...state, wanted: 'up', nextLockCheckAt: event.at + policy.lockCheckMs }, event.at);
    case 'stop':
      return stop(policy, state, event.at);
    case 'reload':
      return reload(policy, state, event.at, 'reload');
    case 'tick':
      return tick(policy, state, event.at);
    case 'child.spawned':
      return withChild(state, event.generation, (child) => [
        { ...state, child: { ...child, pid: event.pid } },
        [],
      ]);
    case 'child.message':
      return withChild(state, event.generation, (child) =>
        workerMessage(policy, state, child, event.message, event.at),
      );
    case 'child.exited':
      return withChild(state, event.generation, (child) => workerExited(policy, state, child, event));
    case 'probe.done':
      return probeDone(policy, state, event, event.at);
    case 'settings.changed':
      return state.phase.is === 'misconfigured' ? leaveWaiting(policy, state, event.at) : [state, []];
    case 'lock.renewed':
      return reload(policy, state, event.at, 'lock');
    case 'lock.lost':
      return lockLost(state, event.text);
  }
}

/** Ignores events of a worker that is no longer the current one. */
function withChild(state: State, generation: number, then: (child: Child) => Step): Step {
  return state.child?.generation === generation ? then(state.child) : [state, []];
}

function stop(policy: Policy, state: State, at: number): Step {
  const down: State = { ...state, wanted: 'down' };
  const { child, phase } = state;
  if (child === null) {
    return [
      { ...down, phase: { is: 'stopped' } },
      [
        { do: 'watchSettings', on: false },
        { do: 'exit', code: EXIT.ok },
      ],
    ];
  }
  if (state.wanted === 'down' && phase.is === 'stopping') {
    // Asked twice: the user does not want to wait.
    if (phase.killAt === null) return [state, []];
    return [{ ...state, phase: { ...phase, killAt: null } }, [{ do: 'kill', generation: child.generation }]];
  }
  if (phase.is === 'stopping') {
    // The worker is already stopping for another reason; now no other will follow it.
    const killAt = phase.killAt === null ? null : Math.max(phase.killAt, at);
    return [{ ...down, phase: { is: 'stopping', why: 'stop', killAt } }, []];
  }
  return stopWorker(policy, down, child, 'stop', at);
}

function reload(policy: Policy, state: State, at: number, why: 'reload' | 'lock'): Step {
  if (state.wanted === 'down') return [state, []];
  const fresh: State = why === 'reload' ? { ...state, failures: 0, conflicts: 0 } : state;
  if (state.phase.is === 'stopping') return [fresh, []]; // a new worker follows anyway
  if (state.child !== null) return stopWorker(policy, fresh, state.child, why, at);
  return why === 'lock' ? [state, []] : leaveWaiting(policy, fresh, at);
}

/** Starts now instead of later. */
function leaveWaiting(policy: Policy, state: State, at: number): Step {
  if (state.phase.is === 'gate') return [state, []]; // a network check is already under way
  return prepend([{ do: 'watchSettings', on: false }], startWhenOnline(policy, state, at));
}

function tick(policy: Policy, before: State, at: number): Step {
  const due = deadlineOf(policy, before);
  if (due === null || at < due) return [before, []];
  const [state, checks] = lockCheck(policy, before, at);
  const { phase, child } = state;
  const late = at - due;
  const leaseEnd = child === null ? null : leaseKillAt(policy, child);
  if (child !== null && leaseEnd !== null && at >= leaseEnd && late <= policy.lateMs)
    return prepend(checks, killPastLease(state, child, at));
  if (phase.is === 'stopping') {
    if (phase.killAt === null || at < phase.killAt || child === null) return [state, checks];
    return [
      { ...state, phase: { ...phase, killAt: null } },
      [
        ...checks,
        {
          do: 'log',
          level: 'warn',
          text: 'worker did not stop in time: killing it',
          meta: { why: phase.why },
        },
        { do: 'kill', generation: child.generation },
      ],
    ];
  }
  if (phase.is === 'waiting' && at >= phase.until) return prepend(checks, startWhenOnline(policy, state, at));
  if (phase.is === 'gate' && !state.probe.asking && at >= state.probe.nextAt) {
    return [{ ...state, probe: { asking: true, nextAt: at } }, [...checks, { do: 'probe', of: 'network' }]];
  }
  if (child === null) return [state, checks];
  if (late > policy.lateMs) return [forgiveSilence(state, child, late, at), checks];
  return prepend(checks, checkLiveness(policy, state, child, at));
}

/** We did not run ourselves (stopped, or the host was asleep), so the worker's silence proves nothing. */
function forgiveSilence(state: State, child: Child, late: number, at: number): State {
  return {
    ...state,
    child: {
      ...child,
      startedAt: child.heardAt === null ? at : child.startedAt,
      heardAt: child.heardAt === null ? null : at,
      pollSeenAt: child.pollSeenAt + late,
      // What it said meanwhile is read first. It has no more time than that: others may poll by now.
      leaseUntil: child.leaseUntil === null ? null : Math.max(child.leaseUntil, at),
    },
  };
}

function lockCheck(policy: Policy, state: State, at: number): Step {
  if (state.phase.is === 'stopping' || at < state.nextLockCheckAt) return [state, []];
  return [{ ...state, nextLockCheckAt: at + policy.lockCheckMs }, [{ do: 'checkLock' }]];
}

function workerMessage(policy: Policy, before: State, old: Child, message: MachineMessage, at: number): Step {
  const child: Child = { ...old, heardAt: at };
  const state: State = { ...before, child };
  switch (message.type) {
    case 'hello':
      return [{ ...state, child: { ...child, pid: message.pid, version: message.version } }, []];
    case 'ready':
      return workerReady(state, child, message, at);
    case 'beat': {
      const polled = message.lastPollAt !== null && message.lastPollAt !== old.beat?.lastPollAt;
      const answered = (message.answers ?? 0) > (old.beat?.answers ?? 0);
      const isWell = polled || answered || message.heldOff === true || message.cluster?.standby === true;
      const next: Child = {
        ...child,
        beat: message,
        pollSeenAt: isWell ? at : child.pollSeenAt,
        leaseUntil: message.cluster?.leaseUntil ?? null,
      };
      const known = { ...state, child: next };
      return checkMemory(policy, polled ? networkUp(known, 'a poll completed', at) : known, next, at);
    }
    case 'conflict':
      return [
        { ...state, child: { ...child, conflict: message.text } },
        [
          {
            do: 'log',
            level: 'error',
            text: 'conflict: another poller uses the token',
            meta: { text: message.text },
          },
        ],
      ];
    case 'network':
      if (message.up) {
        const line = state.network.up === false ? [NETWORK_UP] : [];
        return [networkUp(state, message.detail, at), line];
      }
      // The worker only knows that its own polls fail, as those of a stalled worker do. So we ask the Bot API ourselves.
      if (state.probe.asking || state.phase.is === 'stopping') return [state, []];
      return [
        { ...state, probe: { asking: true, nextAt: at + policy.netRetryMs } },
        [{ do: 'probe', of: 'api' }],
      ];
    case 'fault':
      return [
        { ...state, child: { ...child, fault: { code: message.code, text: message.text } } },
        [{ do: 'log', level: 'error', text: message.text, meta: { code: message.code } }],
      ];
  }
}

type Ready = Extract<MachineMessage, { type: 'ready' }>;

function workerReady(state: State, child: Child, { botUsername, standby }: Ready, at: number): Step {
  const ready: Child = {
    ...child,
    readyAt: at,
    standby: standby === true,
    pollSeenAt: at,
    botUsername,
  };
  const phase = state.phase.is === 'starting' ? ({ is: 'running' } as const) : state.phase;
  const line: Effect = {
    do: 'log',
    level: 'info',
    text: standby === true ? 'worker stands by' : 'worker polling',
    meta: {
      generation: child.generation,
      bot: botUsername,
      afterMs: Math.round(at - child.startedAt),
    },
  };
  const known = { ...state, child: ready };
  return [{ ...(standby === true ? known : networkUp(known, 'a poll completed', at)), phase }, [line]];
}

function networkUp(state: State, detail: string, at: number): State {
  const since = state.network.up === true ? state.network.since : at;
  return { ...state, network: { up: true, since, seenAt: at, detail, trouble: null } };
}

function networkDown(state: State, trouble: TroubleReport, at: number): State {
  const since = state.network.up === false ? state.network.since : at;
  return { ...state, network: { up: false, since, seenAt: at, detail: trouble.what, trouble } };
}

const NETWORK_UP: Effect = { do: 'log', level: 'info', text: 'network up' };

function networkDownLine({ what, todo, code }: TroubleReport): Effect {
  const meta = { detail: what, todo, code };
  return { do: 'log', level: 'warn', text: 'network down: cannot reach Telegram', meta };
}

type Probed = Extract<Event, { type: 'probe.done' }>;

/** Logs a change, not each probe. */
function probeDone(policy: Policy, before: State, event: Probed, at: number): Step {
  const probe = { asking: false, nextAt: at + policy.netRetryMs };
  const { up: wasUp, trouble: old } = before.network;
  if (!event.up) {
    const isNews = wasUp !== false || old?.code !== event.trouble.code;
    return [
      { ...networkDown(before, event.trouble, at), probe },
      isNews ? [networkDownLine(event.trouble)] : [],
    ];
  }
  const state: State = { ...networkUp(before, event.detail, at), probe };
  const line = wasUp === false ? [NETWORK_UP] : [];
  return state.phase.is === 'gate' ? prepend(line, spawn(state, at)) : [state, line];
}

/** Another ccbot holds the lock now. Two must never poll, so we exit immediately without draining. */
function lockLost(state: State, text: string): Step {
  const line: Effect = { do: 'log', level: 'error', text };
  const kill: Effect[] = state.child === null ? [] : [{ do: 'kill', generation: state.child.generation }];
  return [
    { ...state, wanted: 'down', phase: { is: 'stopped' }, child: null },
    [line, ...kill, { do: 'exit', code: EXIT.lockHeld }],
  ];
}
