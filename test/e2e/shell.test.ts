import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { saying, told } from './harness/chat';
import { prepareSystem, workerPid, type Supervisor, type System } from './harness/system';

jest.setTimeout(60_000);

describe('any command in a window', () => {
  let system: System;
  let supervisor: Supervisor;
  beforeAll(async () => {
    // No agent is needed, nor asked for.
    system = await prepareSystem({ settings: { CLAUDE_COMMAND: 'no-such-agent', SHELL: '/bin/bash' } });
    supervisor = system.supervise();
  });
  afterAll(() => system.stop());
  const say = (text: string): number => system.telegram.owner.say(text);

  it('is a REPL: what is written is typed, and the screen below it answers', async () => {
    say(`/new @shell ${system.project} ${process.execPath} -i`);
    await told(system, '>');
    const id = say('[6 * 7, "日本語 🙂"].join()');
    const card = await told(system, '42,日本語 🙂');
    expect(card.id).toBeGreaterThan(id);
    expect(card.text).toContain('node · Shell · running');
    say('process.exit(5)');
    const ended = await told(system, 'ended (exit code 5)');
    expect(ended.id).toBeGreaterThan(card.id);
    await system.telegram.waitFor(() => saying(system, 'running').length === 0);
  });

  it('is a build: its last words and exit code come when it ends, and Ctrl-C ends what goes on', async () => {
    mkdirSync(join(system.project, 'app'));
    writeFileSync(
      join(system.project, 'app/build.sh'),
      'echo compiling; echo "error: no" >&2; read -r seen; exit 3\n',
    );
    say('/new @shell ./app sh build.sh');
    // tmux (3.3a) now and then loses what a program writes in its very last moment: this one ends when it was seen.
    await told(system, 'error: no');
    say('seen');
    const failed = await told(system, 'ended (exit code 3)');
    expect(failed.text).toContain('compiling\nerror: no');
    say('/new @shell echo begun; sleep 600');
    const card = await told(system, 'begun');
    system.telegram.owner.tap('⏹ Ctrl-C', card.id);
    await told(system, 'ended (no exit code)');
  });

  it('goes on when ccbot is restarted, and tells of its end then', async () => {
    say('/new @shell read -r word; echo "it was $word"; exit 4');
    await told(system, 'read -r word');
    process.kill(workerPid(supervisor), 'SIGKILL');
    say('blue');
    const ended = await told(system, 'ended (exit code 4)');
    expect(ended.text).toContain('it was blue');
  });

  it('takes keys as well: the line before, out of its history', async () => {
    say(`/new @shell ${process.execPath} -i`);
    await told(system, '>');
    say('"again ".repeat(2)');
    await told(system, "'again again '");
    say('/screen');
    const keys = await told(system, 'Screen of node');
    system.telegram.owner.tap('↑', keys.id);
    system.telegram.owner.tap('⏎ Enter', keys.id);
    await system.telegram.waitFor(
      () => saying(system, 'running').some((m) => m.text.split("'again again '").length > 2),
      30_000,
    );
  });
});
