import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { count, botMessages, startSession, botSays } from './harness/chat';
import { prepareSystem, type System } from './harness/system';
import { eventually, until } from './harness/until';

let system: System;
beforeAll(async () => {
  system = await prepareSystem();
  system.supervise();
  await startSession(system);
});
afterAll(() => system.stop());

/** The transcripts of the project, as lines. */
function transcripts(): string[][] {
  const folder = join(system.home, '.claude/projects');
  return readdirSync(folder).flatMap((project) =>
    readdirSync(join(folder, project))
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => readFileSync(join(folder, project, name), 'utf8').split('\n')),
  );
}
/** Expects a prompt in the transcript of the first session, and in no other. */
const expectContinued = (prompt: string): Promise<void> =>
  eventually(() => {
    const continued = transcripts().filter((lines) => lines.some((line) => line.includes(prompt)));
    expect(continued).toHaveLength(1);
    expect(continued[0]?.some((line) => line.includes('the first of two'))).toBe(true);
  });
/** The running agents, by their session files. */
const agents = (): string[] => {
  const folder = join(system.home, '.claude/sessions');
  return readdirSync(folder).filter((name) => {
    try {
      return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${name.replace('.json', '')}/stat`, 'utf8'));
    } catch {
      return false; // it has ended
    }
  });
};

it('is restored from the archive with the same transcript, and with one agent', async () => {
  system.telegram.owner.say('the first of two');
  await botSays(system, 'You said: the first of two');
  expect(agents()).toHaveLength(1);
  system.telegram.owner.say('/done');
  await botSays(system, 'is done and archived');
  await until(() => agents().length === 0);

  system.telegram.owner.say('/archive');
  const list = await botSays(system, 'Archive');
  expect(list.text).toContain('the first of two');
  system.telegram.owner.tap('1');
  await botSays(system, system.project);
  system.telegram.owner.tap('▶ Restore');
  system.telegram.owner.say('the second of two');
  await botSays(system, 'You said: the second of two');

  expect(agents()).toHaveLength(1);
  expect(count(system, 'You said: the first of two')).toBe(1);
  expect(botMessages(system, 'You said: the second of two')).toHaveLength(1);
  await expectContinued('the second of two');
});

it('resumes a session that ccbot has forgotten, from its directory', async () => {
  const { owner } = system.telegram;
  owner.say('/done');
  await system.telegram.waitFor(() => count(system, 'is done and archived') === 2);
  await until(() => agents().length === 0);
  owner.say('/archive');
  await botSays(system, 'Archive');
  owner.tap('1');
  await system.telegram.waitFor(() =>
    owner.fromBot().some((m) => m.keyboard.flat().some((b) => b.text === '🗑 Delete')),
  );
  owner.tap('🗑 Delete');
  await botSays(system, 'from the archive?');
  owner.tap('Delete it');
  await botSays(system, 'was deleted from the archive');

  owner.say('/new');
  const place = await botSays(system, 'an earlier session of this directory');
  const earlier = place.keyboard.flat().find((b) => b.text.startsWith('↩ the first of two'));
  owner.tap(earlier?.text ?? '', place.id);
  owner.say('the third of two');
  await botSays(system, 'You said: the third of two');
  expect(agents()).toHaveLength(1);
  expect(count(system, 'You said: the first of two')).toBe(1); // earlier messages are not shown again
  await expectContinued('the third of two');
});
