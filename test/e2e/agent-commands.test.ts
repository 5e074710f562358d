import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Block } from '@ccbot/sandbox/model/script';
import { OWNER, prepareSystem, type System } from './harness/system';
import { botMessages, startSession, botSays } from './harness/chat';

let system: System;
afterEach(() => system.stop());

const say = (text: string): Block => ({ type: 'text', text });

it('forwards commands of Claude Code, of the project and of the shell', async () => {
  system = await prepareSystem({
    rules: [
      ({ tools, body }) =>
        tools.length === 0 || JSON.stringify(body['messages']).includes('detailed summary')
          ? { blocks: [say('<summary>SUMMARY OF ALL</summary>')] }
          : null,
    ],
  });
  const commands = join(system.project, '.claude/commands');
  mkdirSync(commands, { recursive: true });
  writeFileSync(
    join(commands, 'fix-bug.md'),
    '---\ndescription: Fix a bug\n---\nPlease fix bug number $ARGUMENTS',
  );
  system.supervise();
  await startSession(system);
  const { owner } = system.telegram;
  const menu = () => system.telegram.state.commandsFor(OWNER).map(({ command }) => command);
  await system.telegram.waitFor(() => menu().includes('fix_bug') && menu().includes('compact'));

  owner.say('/fix_bug 12');
  await botSays(system, 'You said: Please fix bug number 12');

  // The output of the command, and what the agent says about it, are a reply of their own.
  const shell = owner.say('!echo from-the-shell > made; cat made');
  const printed = await botSays(system, '\nfrom-the-shell\n');
  expect(existsSync(join(system.project, 'made'))).toBe(true);
  expect(printed).toMatchObject({ replyTo: shell });
  await botSays(system, 'You said: <bash-stdout>from-the-shell');

  owner.say('/model');
  const page = await botSays(system, 'Select model');
  owner.tap('Esc', page.id);
  await system.telegram.waitFor(() => botMessages(system, 'Select model').length === 0);
  await botSays(system, 'Kept model as');

  owner.say('/compact');
  await system.model.waitFor((r) => JSON.stringify(r.body['messages']).includes('detailed summary'));
  await botSays(system, 'Compacted');
  owner.say('what came of it');
  await botSays(system, 'You said: what came of it');
  const last = JSON.stringify(system.model.requests.at(-1)?.body['messages']);
  expect(last).toContain('SUMMARY OF ALL');

  const map = (): string => readFileSync(join(system.ccbotDir, 'session_map.json'), 'utf8');
  const before = map();
  owner.say('/clear');
  await system.telegram.waitFor(() => map() !== before);
  owner.say('after the clearing');
  await botSays(system, 'You said: after the clearing');
  expect(JSON.stringify(system.model.requests.at(-1)?.body['messages'])).not.toContain('SUMMARY OF ALL');
});
