import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { conflictDelay, crashDelay, type Policy } from './policy';
import type { Child, Effect, Ended, Event, State, StopWhy } from './state';
import { prepend, startWhenOnline, notify, type Step } from './step';

type Exited = Extract<Event, { type: 'child.exited' }>;

/** How many ended workers `ccbot status` can show. */
const ENDED_MAX = 10;

export function workerExited(policy: Policy, before: State, child: Child, event: Exited): Step {
  const { at } = event;
  const ranMs = at - child.startedAt;
  const ended: Ended = {
    at,
    generation: child.generation,
    why: whyOf(before, child, event),
    detail: child.conflict ?? child.fault?.text ?? event.lastLine,
    ranMs,
  };
  const healthy = child.readyAt !== null && ranMs >= policy.healthyRunMs;
  const state: State = {
    ...before,
    child: null,
    failures: healthy ? 0 : before.failures,
    ended: [ended, ...before.ended].slice(0, ENDED_MAX),
  };
  const line: Effect = {
    do: 'log',
    level: before.phase.is === 'stopping' && before.phase.why !== 'silent' ? 'info' : 'error',
    text: 'worker ended',
    meta: { generation: child.generation, why: ended.why, detail: ended.detail, ranMs: Math.round(ranMs) },
  };
  return prepend([line], afterExit(policy, state, before, child, event, ended));
}

/** A worker that is stopped for one of these counts as crashed. */
const FAILED: readonly StopWhy[] = ['silent', 'deaf', 'lease'];

function afterExit(
  policy: Policy,
  state: State,
  before: State,
  child: Child,
  event: Exited,
  ended: Ended,
): Step {
  const { at } = event;
  if (state.wanted === 'down') {
    return [
      { ...state, phase: { is: 'stopped' } },
      [
        { do: 'watchSettings', on: false },
        { do: 'exit', code: EXIT.ok },
      ],
    ];
  }
  if (before.phase.is === 'stopping' && !FAILED.includes(before.phase.why))
    return startWhenOnline(policy, state, at);
  if (event.code === EXIT.config) return misconfigured(state, ended, at);
  if (child.conflict !== null) return conflict(policy, state, event);
  return crash(policy, state, event, ended);
}

/** A restart cannot help, so wait for a change of the settings. */
function misconfigured(state: State, ended: Ended, at: number): Step {
  return prepend(
    [{ do: 'watchSettings', on: true }],
    notify(
      { ...state, phase: { is: 'misconfigured', since: at } },
      { kind: 'config', reason: ended.detail },
      at,
    ),
  );
}

/** Another poller uses the token. This is no crash; we try less and less often while it stays. */
function conflict(policy: Policy, state: State, { at, chance }: Exited): Step {
  const conflicts = state.conflicts + 1;
  const wait = conflictDelay(policy, conflicts, chance);
  return notify(
    { ...state, conflicts, phase: { is: 'waiting', since: at, until: at + wait, why: 'conflict' } },
    { kind: 'conflict', nextInMs: wait },
    at,
  );
}

function crash(policy: Policy, state: State, { at, chance }: Exited, ended: Ended): Step {
  const failures = state.failures + 1;
  const counted: State = { ...state, failures };
  const wait = crashDelay(policy, failures, chance);
  const [notified, notices]: Step =
    failures >= policy.noticeFailures
      ? notify(counted, { kind: 'loop', failures, reason: ended.detail, nextInMs: wait }, at)
      : [counted, []];
  if (wait === 0) return prepend(notices, startWhenOnline(policy, notified, at));
  const line: Effect = {
    do: 'log',
    level: 'warn',
    text: 'worker restart delayed',
    meta: { failures, waitMs: wait },
  };
  return [
    { ...notified, phase: { is: 'waiting', since: at, until: at + wait, why: 'crash' } },
    [...notices, line],
  ];
}

function whyOf(before: State, child: Child, event: Exited): string {
  if (before.phase.is === 'stopping') {
    switch (before.phase.why) {
      case 'stop':
        return 'stop requested';
      case 'reload':
        return 'restart requested';
      case 'lock':
        return 'lock file replaced';
      case 'silent':
        return 'not responding';
      case 'deaf':
        return 'polling stalled';
      case 'memory':
        return 'over the memory limit';
      case 'lease':
        return 'polled past its lease';
    }
  }
  if (child.conflict !== null) return 'conflict: another poller uses the token';
  if (event.signal !== null) return event.signal;
  return event.code === null ? 'could not be started' : `exit ${event.code}`;
}
