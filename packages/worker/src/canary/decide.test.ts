import { canaryDue, canaryNews } from './decide';
import type { Finding } from './model';
import type { CanaryResult } from './result';

const result = (version: string, ...findings: Finding[]): CanaryResult => ({
  agent: 'claude',
  version,
  at: 0,
  findings,
});

describe('whether the canary runs by itself', () => {
  it('does for a version that nobody has tried: the first one, another one, one of another agent', () => {
    expect(canaryDue('claude', '2.1.330 (Claude Code)', [])).toEqual({ run: true });
    expect(canaryDue('claude', '2.1.331', [result('2.1.330')])).toEqual({ run: true });
    expect(canaryDue('codex', '2.1.330', [result('2.1.330')])).toEqual({ run: true });
  });

  it('does not for the version that was tried last, whatever came of it', () => {
    const bad = result('2.1.330', { step: 'ready', ok: false, trouble: 'it is not ready' });
    expect(canaryDue('claude', '2.1.330', [bad])).toMatchObject({ run: false });
  });

  it.each(['', 'Usage: agent [options]', 'unknown option'])(
    'does not for a program that says “%s”',
    (said) => {
      expect(canaryDue('claude', said, [])).toMatchObject({ run: false });
    },
  );
});

describe('what a result is good for', () => {
  it('is kept and not told when all is well', () => {
    expect(canaryNews(result('1.0', { step: 'ready', ok: true }))).toEqual({ keep: true, tell: [] });
  });

  it('is told without what was not looked at', () => {
    const news = canaryNews(
      result(
        '1.0',
        { step: 'ready', ok: false, trouble: 'it is not ready' },
        { step: 'typing', ok: false, trouble: 'not looked at' },
      ),
    );
    expect(news).toEqual({ keep: true, tell: ['ready'] });
  });

  it('is neither when the terminal could not be used: that is not the agent', () => {
    const one: Finding = { step: 'terminal', ok: false, trouble: 'spawn tmux ENOENT' };
    expect(canaryNews(result('1.0', one))).toEqual({ keep: false, tell: [] });
  });
});
