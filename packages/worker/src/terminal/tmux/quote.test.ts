import { TMUX } from '@ccbot/shared/fixtures/tmux';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmuxRig, type TmuxRig } from '../fixtures/rigs';
import { openChannel, type Channel } from './channel';
import { commandLine, quote } from './quote';
import { tmuxCommand } from './server';

it.each([
  ['', "''"],
  ['plain', 'plain'],
  ['-x', "'-x'"],
  ['~', "'~'"],
  ['a b', "'a b'"],
  ["it's", `'it'\\''s'`],
  ['a\nb', `'a'"\\n"'b'`],
  ['\n', `"\\n"`],
  ['a\n', `'a'"\\n"`],
  [';', "';'"],
  ['$HOME', "'$HOME'"],
])('quotes %j', (argument, quoted) => {
  expect(quote(argument)).toBe(quoted);
});

it('keeps every command on one line', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (args) => {
      expect(commandLine(args)).not.toContain('\n');
    }),
  );
});

describe('with the real tmux', () => {
  let rig: TmuxRig;
  let channel: Channel;
  beforeAll(async () => {
    rig = await tmuxRig();
    channel = await openChannel({
      client: {
        tmux: tmuxCommand({ program: TMUX, socket: rig.socket }),
        session: rig.name,
        env: rig.env,
        wrap: [],
      },
      onNotification: () => undefined,
      onEnd: () => undefined,
    });
  });
  afterAll(async () => {
    await channel.close();
    await rig.dispose();
  });

  it('passes every argument exactly', async () => {
    let n = 0;
    const nasty = fc.constantFrom("'", '"', '\\', '\n', '\r', '\t', ';', '#', '{', '}', '$', '~', '%', '-', ' ', '\u001b', '\u007f', '\u0085'); // oxfmt-ignore
    const unit = fc.oneof(nasty, fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }));
    // A NUL cannot be in an argument; half a surrogate pair is no text.
    const argument = fc.string({ unit, minLength: 1 }).map((s) => s.replaceAll('\0', '').toWellFormed());
    const sent = fc.sample(
      argument.filter((s) => s !== ''),
      300,
    );
    await Promise.all(
      sent.map(async (text) => {
        const file = join(rig.directory, `buffer-${n++}`);
        await channel.run(['set-buffer', '-b', file, '--', text], ['save-buffer', '-b', file, file]);
        expect(readFileSync(file, 'utf8')).toBe(text);
      }),
    );
    expect(n).toBe(300);
  });

  it('refuses an argument with a NUL, and runs nothing of it', async () => {
    const inject = channel.run(['set-buffer', '-b', 'nul', '--', `a\0' ; set-buffer -b other x`]);
    await expect(inject).rejects.toMatchObject({ reason: 'refused' });
    const [names = []] = await channel.run(['list-buffers', '-F', '#{buffer_name}']);
    expect(names).not.toContain('nul');
    expect(names).not.toContain('other');
  });
});
