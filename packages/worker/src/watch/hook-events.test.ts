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
    expect(parseHookLine(line)).toEqual({
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

  it('is refused when a field is missing or of another type', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (payload) => {
        const whole =
          typeof payload['hook_event_name'] === 'string' && typeof payload['session_id'] === 'string';
        expect(parseHookLine({ ...line, payload }) === null).toBe(!whole);
      }),
    );
    expect(parseHookLine({ v: 1, kind: 'hook' })).toBeNull();
    expect(parseHookLine({ ...line, at: 'now' })).toBeNull();
  });

  it('is handed on when it is understood, and refused when it is not', () => {
    const events: HookEvent[] = [];
    const peer: Peer = {
      reply: () => undefined,
      hold: () => undefined,
      end: () => undefined,
      onGone: () => undefined,
    };
    const handler = hookHandler((event) => events.push(event));
    expect(handler(line, peer)).toBe(true);
    expect(handler({ v: 1, kind: 'hook' }, peer)).toBe(false);
    expect(events.map((event) => event.name)).toEqual(['SessionStart']);
  });
});
