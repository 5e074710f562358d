import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { botSays, count, startSession } from './harness/chat';
import { killWorker, waitUntilRecorded } from './harness/kill';
import { prepareSystem, type Supervisor, type System } from './harness/system';
import { until } from './harness/until';

/** A hook of the user's: holds the end of a turn back while `held` is there, and refuses it once if `refused` is. */
const STOP_HOOK =
  'while [ -e "$HOME/held" ]; do sleep 0.05; done; [ ! -e "$HOME/refused" ] || { rm "$HOME/refused"; echo "go on" >&2; exit 2; }';

describe('an answer of the real Claude Code whose turn does not end with it', () => {
  let system: System;
  let supervisor: Supervisor;

  beforeAll(async () => {
    system = await prepareSystem({ hooks: { Stop: STOP_HOOK } });
    supervisor = system.supervise();
    await startSession(system);
  });
  afterAll(() => system.stop());

  const flag = (name: string): string => join(system.home, name);
  const ends = (): number => {
    const folder = join(system.home, '.claude/projects');
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const transcripts = names.filter((name) => name.endsWith('.jsonl'));
    const text = transcripts.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
    return text.split('"turn_duration"').length - 1;
  };
  /** Messages with a text that were sent, whether or not they are still there. */
  const sent = (text: string): number =>
    system.telegram.calls.filter(
      ({ method, params }) => method === 'sendMessage' && String(params['text']).includes(text),
    ).length;

  it('is shown before the turn ends, and once although the worker is killed before that', async () => {
    writeFileSync(flag('held'), '');
    system.telegram.owner.say('say it early');
    const message = await botSays(system, 'You said: say it early');
    expect(message.text).toMatch(/^✓ demo · done/);
    expect(ends()).toBe(0);
    await waitUntilRecorded(system, 'turn:');
    await killWorker(system, supervisor);
    rmSync(flag('held'));
    await until(() => ends() === 1);
    system.telegram.owner.say('say something else');
    await botSays(system, 'You said: say something else');
    expect(sent('You said: say it early')).toBe(1);
    expect(count(system, 'You said: say it early')).toBe(1);
  });

  it('is shown, and what the agent says when the user’s hook has it go on comes in another message', async () => {
    await until(() => ends() === 2);
    writeFileSync(flag('refused'), '');
    system.telegram.owner.say('say it twice');
    const first = await botSays(system, 'You said: say it twice');
    const second = await system.telegram.waitFor(() =>
      system.telegram.owner.fromBot().find(({ id, text }) => id > first.id && text.includes('go on')),
    );
    expect(second.text).not.toContain('say it twice');
    await until(() => ends() === 3);
    expect(sent('You said: say it twice')).toBe(1);
  });
});
