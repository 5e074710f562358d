import fc from 'fast-check';
import { hookHandler, parseHookLine, type HookEvent } from './hook-events';
import type { Peer } from './socket';

const line = {
  v: 1 as const,
  kind: 'hook',
  at: 5,
  backend: 'claude',
  pane: '%3',
  payload: {
    hook_event_name: 'SessionStart',
    session_id: 's',
    transcript_path: '/t',
    cwd: '/c',
    source: 'clear',
  },
};

describe('a hook’s line', () => {
  it('is read with the fields it has', () => {
    expect(parseHookLine(line, 9)).toEqual({
      at: 5,
      backend: 'claude',
      pane: '%3',
      name: 'SessionStart',
      sessionId: 's',
      transcriptPath: '/t',
      cwd: '/c',
      source: 'clear',
    });
  });

  it('counts from when it is read if the launcher wrote it, which has no clock', () => {
    expect(parseHookLine({ ...line, at: undefined }, 9)?.at).toBe(9);
  });

  it('is refused when a field is missing or of another type', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (payload) => {
        const whole =
          typeof payload['hook_event_name'] === 'string' && typeof payload['session_id'] === 'string';
        expect(parseHookLine({ ...line, payload }, 9) === null).toBe(!whole);
      }),
    );
    expect(parseHookLine({ v: 1, kind: 'hook' }, 9)).toBeNull();
    expect(parseHookLine({ ...line, at: 'now' }, 9)).toBeNull();
  });

  it('is handed on when it is understood, and refused when it is not', () => {
    const events: HookEvent[] = [];
    const peer: Peer = {
      reply: () => undefined,
      hold: () => undefined,
      end: () => undefined,
      onGone: () => undefined,
    };
    const handler = hookHandler(
      (event) => events.push(event),
      () => 9,
    );
    expect(handler(line, peer)).toBe(true);
    expect(handler({ v: 1, kind: 'hook' }, peer)).toBe(false);
    expect(events.map((event) => event.name)).toEqual(['SessionStart']);
  });
});
