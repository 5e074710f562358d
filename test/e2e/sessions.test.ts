import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import type { Person } from '@ccbot/sandbox/telegram/person';
import { botMessages, startSession, botSays } from './harness/chat';
import { killWorker, waitUntilRecorded } from './harness/kill';
import { OWNER, prepareSystem, STRANGER, type Supervisor, type System } from './harness/system';

const NAMES = ['one', 'two', 'three', 'four', 'five'];

let system: System;
let supervisor: Supervisor;
const open = new Map<string, () => void>();
/** Prompts that the model answers only when they are opened. */
const held = new Map(
  ['long work a', 'long work b'].map((prompt) => [
    prompt,
    new Promise<void>((resolve) => open.set(prompt, resolve)),
  ]),
);

beforeAll(async () => {
  system = await prepareSystem({
    settings: { ALLOWED_USERS: `${OWNER},${STRANGER}` },
    rules: [
      ({ prompt }) => {
        const [, command] = /^run (.*)$/s.exec(prompt.trim()) ?? [];
        const input = { command, description: 'a command' };
        return command === undefined ? null : { blocks: [{ type: 'tool_use', name: 'Bash', input }] };
      },
      ({ prompt, tools }) => {
        const hold = tools.length === 0 ? undefined : held.get(prompt);
        return hold === undefined ? null : { blocks: [{ type: 'text', text: `Ended: ${prompt}` }], hold };
      },
    ],
  });
  supervisor = system.supervise();
  for (const name of NAMES) await startSession(system, name);
});
afterAll(async () => {
  for (const release of open.values()) release();
  await system.stop();
});

const messagesTo = (person: Person, text: string): ChatMessage[] =>
  person.fromBot().filter((m) => m.text.includes(text));
const buttons = (m: ChatMessage | undefined): string[] => m?.keyboard.flat().map((b) => b.text) ?? [];
const cards = (person: Person): ChatMessage[] =>
  person.fromBot().filter((m) => buttons(m).includes('⋯ More'));
const cardShows = (person: Person, ...texts: string[]): Promise<ChatMessage> =>
  system.telegram.waitFor(() => cards(person).find((m) => texts.every((text) => m.text.includes(text))));

it('keeps five agents apart while two of them work: one card, the others in its footer, and the result of each', async () => {
  const { owner } = system.telegram;
  await system.telegram.waitFor(
    () => owner.fromBot().filter((m) => buttons(m).includes('● five')).length === 1,
  );
  const newest = owner.fromBot().at(-1);
  expect(buttons(newest).filter((text) => NAMES.some((name) => text.endsWith(name)))).toEqual([
    'one',
    'two',
    'three',
    'four',
    '● five',
  ]);

  owner.say('long work a');
  await cardShows(owner, 'five', '❯ long work a');
  owner.tap('two');
  await cardShows(owner, 'two', '⏳ five · working');
  owner.say('long work b');
  await cardShows(owner, 'two', '❯ long work b', '⏳ five · working');
  owner.tap('one');
  await cardShows(owner, 'one', '⏳ two · working', '⏳ five · working');
  expect(cards(owner)).toHaveLength(1);

  open.get('long work a')?.();
  const push = await system.telegram.waitFor(() => messagesTo(owner, 'five · finished')[0]);
  expect(push.text).toContain('Ended: long work a');
  owner.tap('two');
  await cardShows(owner, 'two', '❯ long work b');
  open.get('long work b')?.();
  const answer = await system.telegram.waitFor(() =>
    messagesTo(owner, 'Ended: long work b').find((m) => m.text.includes('✓ two · done')),
  );
  expect(messagesTo(owner, 'two · finished')).toEqual([]);

  owner.tap('five', push.id === owner.fromBot().at(-1)?.id ? push.id : undefined);
  // Its card shows for a moment only, until the whole answer takes its place.
  await system.telegram.waitFor(() =>
    messagesTo(owner, 'Ended: long work a').find((m) => m.text.includes('✓ five · done')),
  );
  owner.say('again, please', { replyTo: answer.id });
  const again = await botSays(system, 'again, please');
  expect(again.text).toContain('✓ two · done');
  owner.say('to five');
  await system.telegram.waitFor(() =>
    messagesTo(owner, 'You said: to five').find((m) => m.text.includes('five')),
  );
});

it('lets two users work, each with a session of their own, and names the author of a prompt', async () => {
  const { owner, stranger: other } = system.telegram;
  owner.say('/switch three');
  other.say('/switch four');
  await cardShows(other, 'four');
  other.say('from the other');
  await system.telegram.waitFor(() => messagesTo(other, 'You said: from the other')[0]);
  owner.say('from the owner');
  await botSays(system, 'You said: from the owner');
  expect(messagesTo(other, 'You said: from the owner')).toEqual([]);

  owner.say('/switch four');
  await cardShows(owner, 'four', 'from the other');
  other.say('for both');
  const seen = await system.telegram.waitFor(() =>
    botMessages(system, 'You said: for both').find((m) => m.text.includes('done')),
  );
  expect(seen.text).toMatch(/❯ \S.*: for both/);
});

it('shows a request to both watchers of a session, even after a kill, takes the first answer, and names its author to the other', async () => {
  const { owner, stranger: other, state } = system.telegram;
  owner.say('/switch three');
  await cardShows(owner, 'three');
  other.say('/switch three');
  await cardShows(other, 'three');
  const file = join(system.project, 'ran');
  owner.say(`run python3 -c "open('${file}', 'a').write('once ')"`);
  await cardShows(other, 'three', '❯ Owner: run python3');
  const requestTo = (person: Person): Promise<ChatMessage> =>
    system.telegram.waitFor(() =>
      messagesTo(person, 'wants to run').find((m) => buttons(m).includes('✓ Allow')),
    );
  const ownersRequest = await requestTo(owner);
  const othersRequest = await requestTo(other);
  await waitUntilRecorded(system, 'ask:');
  await killWorker(system, supervisor);
  const deny = ownersRequest.keyboard.flat().find((b) => b.text === '✗ Deny')?.callback_data ?? '';
  other.tap('✓ Allow', othersRequest.id);
  await system.telegram.waitFor(() =>
    messagesTo(other, 'Done:').find((m) => m.text.includes('✓ three · done')),
  );
  const answered = await system.telegram.waitFor(() =>
    messagesTo(owner, 'Answered by Stranger: Allow').find((m) => m.id === ownersRequest.id),
  );
  expect(buttons(answered)).not.toContain('✗ Deny');
  await system.telegram.waitFor(() =>
    messagesTo(other, '✓ Allowed.').find((m) => m.id === othersRequest.id && !m.text.includes('Answered by')),
  );
  // A phone that still shows the buttons.
  state.queries.set('late', { at: Date.now() });
  state.addUpdate({
    callback_query: {
      id: 'late',
      from: owner.user,
      chat_instance: '1',
      data: deny,
      message: { message_id: ownersRequest.id, date: 0, chat: { id: owner.user.id, type: 'private' } },
    },
  });
  const toast = await system.telegram.waitFor(() => state.queries.get('late')?.answered);
  expect(toast).toBe('Answered by Stranger: Allow');
  expect(readFileSync(file, 'utf8')).toBe('once ');
  for (const person of [owner, other]) expect(messagesTo(person, 'wants to run')).toHaveLength(1);
});
