import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { conflictDelay, crashDelay, type Policy } from './policy';
import type { Child, Effect, Ended, Event, State } from './state';
import { after, begin, tell, type Step } from './step';

type Exited = Extract<Event, { type: 'child.exited' }>;

/** How many ends are kept for `ccbot status`. */
const ENDED_KEPT = 10;

/** What follows the end of a worker. */
export function ending(policy: Policy, before: State, child: Child, event: Exited): Step {
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
    ended: [ended, ...before.ended].slice(0, ENDED_KEPT),
  };
  const said: Effect = {
    do: 'log',
    level: before.phase.is === 'stopping' && before.phase.why !== 'silent' ? 'info' : 'error',
    text: 'the worker ended',
    meta: { generation: child.generation, why: ended.why, detail: ended.detail, ranMs: Math.round(ranMs) },
  };
  return after([said], next(policy, state, before, child, event, ended));
}

function next(policy: Policy, state: State, before: State, child: Child, event: Exited, ended: Ended): Step {
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
  if (before.phase.is === 'stopping' && before.phase.why !== 'silent' && before.phase.why !== 'deaf') {
    return begin(policy, state, at);
  }
  if (event.code === EXIT.config) return misconfigured(state, ended, at);
  if (child.conflict !== null) return conflict(policy, state, event);
  return crash(policy, state, event, ended);
}

/** A restart cannot help: wait for other settings. */
function misconfigured(state: State, ended: Ended, at: number): Step {
  return after(
    [{ do: 'watchSettings', on: true }],
    tell(
      { ...state, phase: { is: 'misconfigured', since: at } },
      { kind: 'config', reason: ended.detail },
      at,
    ),
  );
}

/** Another poller somewhere: the longer it stays, the less often we try. It is no crash. */
function conflict(policy: Policy, state: State, { at, chance }: Exited): Step {
  const conflicts = state.conflicts + 1;
  const wait = conflictDelay(policy, conflicts, chance);
  return tell(
    { ...state, conflicts, phase: { is: 'waiting', since: at, until: at + wait, why: 'conflict' } },
    { kind: 'conflict', nextInMs: wait },
    at,
  );
}

function crash(policy: Policy, state: State, { at, chance }: Exited, ended: Ended): Step {
  const failures = state.failures + 1;
  const counted: State = { ...state, failures };
  const wait = crashDelay(policy, failures, chance);
  const first: Step =
    failures >= policy.noticeFailures
      ? tell(counted, { kind: 'loop', failures, reason: ended.detail, nextInMs: wait }, at)
      : [counted, []];
  if (wait === 0) return after(first[1], begin(policy, first[0], at));
  return [
    { ...first[0], phase: { is: 'waiting', since: at, until: at + wait, why: 'crash' } },
    [
      ...first[1],
      {
        do: 'log',
        level: 'warn',
        text: 'the worker is started again after a wait',
        meta: { failures, waitMs: wait },
      },
    ],
  ];
}

function whyOf(before: State, child: Child, event: Exited): string {
  if (before.phase.is === 'stopping') {
    switch (before.phase.why) {
      case 'stop':
        return 'asked to stop';
      case 'reload':
        return 'restart asked for';
      case 'lock':
        return 'the lock file was replaced';
      case 'silent':
        return 'blocked';
      case 'deaf':
        return 'deaf: polls did not complete';
      case 'memory':
        return 'grown beyond its memory ceiling';
    }
  }
  if (child.conflict !== null) return 'conflict: another poller uses the token';
  if (event.signal !== null) return event.signal;
  return event.code === null ? 'could not be started' : `exit ${event.code}`;
}
