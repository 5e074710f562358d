import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { botSays, startSession } from './harness/chat';
import { prepareSystem, type System } from './harness/system';

/** A message as Telegram would send it, with fields that no client of the sandbox makes. */
function sendRaw({ telegram }: System, fields: object): void {
  const { state, owner } = telegram;
  const chat = { id: owner.user.id, type: 'private', first_name: owner.user.first_name };
  const date = Math.floor(Date.now() / 1_000);
  const message_id = state.newMessageId(owner.user.id);
  state.addUpdate({ message: { message_id, date, from: owner.user, chat, ...fields } });
}

describe('marks that a client takes out of a text', () => {
  let system: System;
  beforeAll(async () => {
    system = await prepareSystem();
    system.supervise();
    await startSession(system);
  });
  afterAll(() => system.stop());
  const arrives = (text: string): Promise<unknown> => system.model.waitFor((r) => r.prompt === text);

  it.each([
    'rename __init__.py to __main__.py',
    'what is 2**3**4, and 2 ** 3 ** 4?',
    'run `npm test`, then ~~stop~~ **go on**',
    'def f(*args, **kwargs): return g(*args, **kwargs)',
    'is ||this|| hidden? a || b',
    'why does this fail?\n```ts\nconst a = `x${1}`; // __x__ **y**\n\n  return a;\n```\nand this: ``a`b``',
    '👩‍👩‍👧 **bold `code` 😀 bold**, __x__',
  ])('are typed into the real Claude Code: %j', async (text) => {
    const id = system.telegram.owner.say(text);
    // The sandbox takes them out as the client for Android does.
    expect(system.telegram.owner.chat().find((m) => m.id === id)?.text).not.toBe(text);
    await arrives(text);
  });

  it('come with the address behind a link, a quote, and an underline', async () => {
    const text = 'see the docs\nas it says\nnow';
    const entities = [
      { type: 'text_link', offset: 8, length: 4, url: 'https://example.com/a__b__c' },
      { type: 'expandable_blockquote', offset: 13, length: 10 },
      { type: 'underline', offset: 24, length: 3 },
    ];
    sendRaw(system, { text, entities });
    await arrives('see the [docs](https://example.com/a__b__c)\n> as it says\n\n<u>now</u>');
  });

  it('come in captions, quotes, forwards and edits', async () => {
    const { owner } = system.telegram;
    owner.upload({ name: 'a.txt', mime: 'text/plain', bytes: Buffer.from('x') }, { caption: 'read __all__' });
    await system.model.waitFor((r) => r.prompt.endsWith('\n\nread __all__'));
    const first = owner.say('about **this**');
    await arrives('about **this**');
    owner.say('why `that`?', { replyTo: first });
    await system.model.waitFor((r) => r.prompt.endsWith('> about **this**\n\nwhy `that`?'));
    const forward = { type: 'hidden_user' as const, date: 1_700_000_000, sender_user_name: 'Bob' };
    owner.say('use `__slots__`', { forward });
    await system.model.waitFor((r) => r.prompt.endsWith('\n> use `__slots__`'));
  });

  it('are harmless when they are no entities of Telegram', async () => {
    const entities = [
      { type: 'bold', offset: -4, length: 2 },
      { type: 'bold', offset: 1e15, length: 1e15 },
      { type: 'pre', offset: 2, length: 5, language: '`\n' },
      { type: 'code', offset: 0, length: 1 },
      null,
      'bold',
    ];
    sendRaw(system, { text: '😀 fenced', entities });
    await arrives('`😀`\n```\n fenc\n```\ned');
    sendRaw(system, {
      text: 'many of them',
      entities: Array(100_000).fill({ type: 'bold', offset: 0, length: 4 }),
    });
    await arrives('many of them');
  });

  it('do not get in the way of commands', async () => {
    system.telegram.owner.say(`/new __second__ \`${system.project}\``);
    await botSays(system, '__second__');
    system.telegram.owner.say('/rename __third__');
    await botSays(system, '__third__');
    system.telegram.owner.say('/switch `demo`');
    system.telegram.owner.say('to the **first** again');
    await arrives('to the **first** again');
  });
});

describe('marks in a text for a shell', () => {
  let system: System;
  beforeAll(async () => {
    system = await prepareSystem({ settings: { CLAUDE_COMMAND: 'no-such-agent', SHELL: '/bin/bash' } });
    system.supervise();
    system.telegram.owner.say(`/new @shell ${system.project}`);
    await botSays(system, 'running');
  });
  afterAll(() => system.stop());
  const isThere = (name: string): Promise<unknown> =>
    system.telegram.waitFor(() => existsSync(join(system.project, name)));

  it('are typed as the user typed them', async () => {
    system.telegram.owner.say('echo $((2**3**2)) > __power__');
    await isThere('__power__');
    await system.telegram.waitFor(() => readFileSync(join(system.project, '__power__'), 'utf8') === '512\n');
    system.telegram.owner.say('touch `echo from-ticks`');
    await isThere('from-ticks');
  });

  it('are not typed around all of it, where they would run what the command prints', async () => {
    system.telegram.owner.say('`echo touch printed; touch whole`');
    await isThere('whole');
    system.telegram.owner.say('```sh\necho touch printed; touch block\n```');
    await isThere('block');
    system.telegram.owner.say('touch after');
    await isThere('after');
    expect(existsSync(join(system.project, 'printed'))).toBe(false);
  });
});
