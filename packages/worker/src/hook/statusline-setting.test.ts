import { spawnSync } from 'node:child_process';
import { statusLineState, withStatusLine, withoutStatusLine } from './statusline-setting';

const ours = "'/usr/bin/node' '/opt/a b/worker/dist/statusline.js'";
const own = (command: string) => ({ model: 'opus', statusLine: { type: 'command', command, padding: 2 } });

describe('the status line in the settings', () => {
  it.each([
    'my-line',
    `printf '%s' "it's \\"quoted\\"" | tr a-z A-Z`,
    'a\nb',
    "''",
    `echo 'ccbot statusline'`,
    'cat "/x y/$HOME"; # a comment',
  ])('wraps %j, and restores it exactly', (command) => {
    const installed = withStatusLine(own(command), ours);
    expect(statusLineState(installed, ours)).toBe('installed');
    expect(withStatusLine(installed, ours)).toEqual(installed);
    expect(withoutStatusLine(installed)).toEqual(own(command));
    // A shell reads it as one argument: the unchanged command.
    const line = (installed['statusLine'] as { command: string }).command.replace(ours, 'printf %s');
    expect(spawnSync('/bin/sh', ['-c', line], { encoding: 'utf8' }).stdout).toBe(command);
  });

  it('is added where there was none, and removed without a trace', () => {
    const installed = withStatusLine({ model: 'opus' }, ours);
    expect(installed['statusLine']).toEqual({ type: 'command', command: ours });
    expect(withoutStatusLine(installed)).toEqual({ model: 'opus' });
  });

  it('replaces the one of a ccbot in another place, and keeps the user’s command', () => {
    const old = withStatusLine(own('mine'), "'/old/node' '/old/worker/dist/statusline.js'");
    expect(statusLineState(old, ours)).toBe('outdated');
    expect(withStatusLine(old, ours)).toEqual(withStatusLine(own('mine'), ours));
    const byName = own("/x/bin/ccbot statusline 'mine'");
    expect(withStatusLine(byName, ours)).toEqual(withStatusLine(own('mine'), ours));
  });

  it('leaves alone a line that is no command or not ours', () => {
    for (const statusLine of [7, null, 'x', [], { type: 'text', text: 'hi' }, { type: 'command' }]) {
      const settings = { statusLine };
      expect(statusLineState(settings, ours)).toBe('foreign');
      expect(withStatusLine(settings, ours)).toBe(settings);
      expect(withoutStatusLine(settings)).toBe(settings);
    }
    expect(statusLineState(own('mine'), ours)).toBe('missing');
    expect(withoutStatusLine(own('mine'))).toEqual(own('mine'));
    expect(statusLineState({}, ours)).toBe('missing');
  });
});
