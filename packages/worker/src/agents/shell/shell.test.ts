import { createShell } from './shell';
import { shell } from './kind';

describe('a command as an agent', () => {
  const agent = createShell();

  it('runs the user’s command line in their shell, or the shell itself', () => {
    const command = shell.runner?.({ SHELL: '/bin/zsh' }) ?? [];
    expect(agent.launch({ command, flags: [], line: 'npm test -- "a b"' })).toEqual([
      '/bin/zsh',
      '-c',
      'npm test -- "a b"',
    ]);
    expect(agent.launch({ command, flags: [] })).toEqual(['/bin/zsh']);
    for (const env of [{}, { SHELL: '' }]) expect(shell.runner?.(env)).toEqual(['/bin/sh']);
  });

  it('types the lines with Enter between them, empty ones too, and Enter to submit the last one', () => {
    const keys = [...agent.typing('ls -la\n\nexit'), ...agent.submitting()].filter((k) => k.kind !== 'pause');
    expect(keys).toEqual([
      { kind: 'text', text: 'ls -la' },
      { kind: 'key', key: 'Enter' },
      { kind: 'key', key: 'Enter' },
      { kind: 'text', text: 'exit' },
      { kind: 'key', key: 'Enter' },
    ]);
  });

  it('is interrupted with Ctrl-C, accepts text at any time, and has no transcript', async () => {
    expect(agent.interrupt()).toEqual([{ kind: 'key', key: 'C-c' }]);
    expect([agent.readiness([]), agent.readiness(['› 1. Yes'])]).toEqual(['ready', 'ready']);
    expect(agent.reader().read('{"type":"user"}')).toEqual([]);
    expect(await agent.discover('/', process.pid)).toBeNull();
  });
});
