import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { botMessages, botSays } from './harness/chat';
import { prepareSystem, workerPid, type Supervisor, type System } from './harness/system';

describe('any command in a window', () => {
  let system: System;
  let supervisor: Supervisor;
  beforeAll(async () => {
    // This works without any agent.
    system = await prepareSystem({ settings: { CLAUDE_COMMAND: 'no-such-agent', SHELL: '/bin/bash' } });
    supervisor = system.supervise();
  });
  afterAll(() => system.stop());
  const say = (text: string): number => system.telegram.owner.say(text);

  it('may be a REPL: messages are typed, and the card shows the output', async () => {
    say(`/new @shell ${system.project} ${process.execPath} -i`);
    await botSays(system, '>');
    const id = say('[6 * 7, "日本語 🙂"].join()');
    const card = await botSays(system, '42,日本語 🙂');
    expect(card.id).toBeGreaterThan(id);
    expect(card.text).toContain('node · Shell · running');
    say('process.exit(5)');
    const ended = await botSays(system, 'ended (exit code 5)');
    expect(ended.id).toBeGreaterThan(card.id);
    await system.telegram.waitFor(() => botMessages(system, 'running').length === 0);
  });

  it('may be a build: its last output and exit code are shown at the end, and Ctrl-C stops it', async () => {
    mkdirSync(join(system.project, 'app'));
    writeFileSync(
      join(system.project, 'app/build.sh'),
      'echo compiling; echo "error: no" >&2; read -r seen; exit 3\n',
    );
    say('/new @shell ./app sh build.sh');
    // tmux (3.3a) sometimes loses a program's last output, so this program exits only after its output was seen.
    await botSays(system, 'error: no');
    say('seen');
    const failed = await botSays(system, 'ended (exit code 3)');
    expect(failed.text).toContain('compiling\nerror: no');
    say('/new @shell echo begun; sleep 600');
    const card = await botSays(system, 'begun');
    system.telegram.owner.tap('⏹ Ctrl-C', card.id);
    await botSays(system, 'ended (no exit code)');
  });

  it('survives a restart of ccbot, which then reports its end', async () => {
    say('/new @shell read -r word; echo "it was $word"; exit 4');
    await botSays(system, 'read -r word');
    process.kill(workerPid(supervisor), 'SIGKILL');
    say('blue');
    const ended = await botSays(system, 'ended (exit code 4)');
    expect(ended.text).toContain('it was blue');
  });

  it('accepts keys too, such as ↑ for its history', async () => {
    say(`/new @shell ${process.execPath} -i`);
    await botSays(system, '>');
    say('"again ".repeat(2)');
    await botSays(system, "'again again '");
    say('/screen');
    const keys = await botSays(system, 'Screen of node');
    system.telegram.owner.tap('↑', keys.id);
    system.telegram.owner.tap('⏎ Enter', keys.id);
    await system.telegram.waitFor(() =>
      botMessages(system, 'running').some((m) => m.text.split("'again again '").length > 2),
    );
  });
});
