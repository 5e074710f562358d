import { canaryDue, canaryNews } from './decide';
import type { CanaryResult, Finding } from './model';

const result = (version: string, ...findings: Finding[]): CanaryResult => ({
  agent: 'claude',
  version,
  at: 0,
  findings,
});

describe('canaryDue', () => {
  it('runs for an untested version: the first one, another one, one of another agent', () => {
    expect(canaryDue('claude', '2.1.330 (Claude Code)', [])).toEqual({ run: true });
    expect(canaryDue('claude', '2.1.331', [result('2.1.330')])).toEqual({ run: true });
    expect(canaryDue('codex', '2.1.330', [result('2.1.330')])).toEqual({ run: true });
  });

  it('does not run for the version of the last result, good or bad', () => {
    const bad = result('2.1.330', { step: 'ready', ok: false, trouble: 'it is not ready' });
    expect(canaryDue('claude', '2.1.330', [bad])).toMatchObject({ run: false });
  });

  it.each(['', 'Usage: agent [options]', 'unknown option'])(
    'does not run for a program whose version is “%s”',
    (version) => {
      expect(canaryDue('claude', version, [])).toMatchObject({ run: false });
    },
  );
});

describe('canaryNews', () => {
  it('keeps a good result and tells nobody', () => {
    expect(canaryNews(result('1.0', { step: 'ready', ok: true }))).toEqual({ keep: true, tell: [] });
  });

  it('tells which checks failed, without the skipped ones', () => {
    const news = canaryNews(
      result(
        '1.0',
        { step: 'ready', ok: false, trouble: 'it is not ready' },
        { step: 'typing', ok: false, trouble: 'not looked at' },
      ),
    );
    expect(news).toEqual({ keep: true, tell: ['ready'] });
  });

  it('neither keeps nor tells a failure of the terminal, which is not the agent’s', () => {
    const one: Finding = { step: 'terminal', ok: false, trouble: 'spawn tmux ENOENT' };
    expect(canaryNews(result('1.0', one))).toEqual({ keep: false, tell: [] });
  });
});
