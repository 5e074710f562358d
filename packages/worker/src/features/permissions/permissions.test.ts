import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { RequestHooks, decisionOf as decision, type WaitingHook } from '../../fixtures/request-hooks';
import { DIALOG, READY, KernelUnderTest } from '../../fixtures/kernel';

let w: KernelUnderTest;
let hooks: RequestHooks;
beforeEach(async () => {
  w = new KernelUnderTest();
  await w.open();
  hooks = new RequestHooks(w);
});
afterEach(async () => {
  hooks.close();
  await w.close();
});

const request = (payload: Record<string, unknown> = {}, uuid?: string, session?: string): WaitingHook =>
  hooks.request({
    payload,
    ...(uuid === undefined ? {} : { request: uuid }),
    ...(session === undefined ? {} : { session }),
  });
const open = (text?: string): ChatMessage | undefined => hooks.open(text);
const shown = (text?: string): Promise<ChatMessage> => hooks.shown(text);

describe('a request of an agent', () => {
  it('is shown in full with sound, and the hook gets its answer before the message shows it', async () => {
    await w.ready();
    const hook = request();
    const message = await shown();
    expect(message.text).toBe('🔐 demo wants to run (Bash)\n\nDeploy it\n\nmake deploy');
    expect(message.silent).toBe(false);
    w.telegram.owner.tap('✓ Allow', message.id);
    expect(decision(await hook.answer)).toEqual({ behavior: 'allow' });
    await w.until(() => w.said('✓ Allowed.')[0]?.id === message.id);
    expect(open()).toBeUndefined();
  });

  it('is released immediately and not shown when ccbot does not know the session', async () => {
    await w.ready();
    expect(await request({ session_id: 'stranger' }, 'request-x', 'nobody').answer).toBe('');
    expect(w.said('wants to run')).toEqual([]);
  });

  it('cannot be answered from another chat, nor by an old button', async () => {
    await w.ready();
    const hook = request();
    const message = await shown();
    const allow = message.keyboard.flat()[0]?.callback_data ?? '';
    w.telegram.stranger.say('hello');
    w.telegram.owner.tap('✗ Deny', message.id);
    expect(decision(await hook.answer)).toMatchObject({ behavior: 'deny' });
    await w.until(() => w.said('✗ Denied.')[0]);
    // The phone has not received the edit yet.
    w.telegram.state.addUpdate({
      callback_query: {
        id: 'late',
        from: { id: 7, is_bot: false, first_name: 'P' },
        chat_instance: '7',
        data: allow,
        message: { message_id: message.id, date: 0, chat: { id: 7, type: 'private' } },
      },
    });
    await w.until(() =>
      w.telegram.calls.some(
        (c) => c.method === 'answerCallbackQuery' && c.params['text'] === 'This request is closed.',
      ),
    );
    expect(w.said('✓ Allowed.')).toEqual([]);
  });

  it('is not answered for a hook that asks for something else under its id', async () => {
    await w.ready();
    const hook = request({ tool_input: { command: 'ls' } }, 'request-x');
    const message = await shown('ls');
    for (const other of [
      { tool_input: { command: 'rm -rf ~' } },
      { tool_name: 'Write' },
      { tool_input: 'ls' },
    ])
      expect(await request({ tool_input: { command: 'ls' }, ...other }, 'request-x').answer).toBe('');
    const back = request({ tool_input: { command: 'ls' } }, 'request-x');
    await back.waiting;
    w.telegram.owner.tap('✓ Allow', message.id);
    expect(decision(await back.answer)).toEqual({ behavior: 'allow' });
    hook.socket.destroy();
  });

  it('is closed when its hook ends, and when the turn ends', async () => {
    await w.ready();
    const hook = request();
    await shown();
    hook.socket.destroy();
    await w.until(() => w.said('The agent stopped waiting')[0]);
    const second = request();
    await shown();
    await w.hook('Stop');
    expect(await second.answer).toBe('');
    await w.until(() => w.said('Answered at the terminal')[0]);
  });

  it('survives a restart in the same message; a tap meanwhile reaches the hook when it is back', async () => {
    await w.ready();
    const first = request({}, 'request-again');
    const message = await shown();
    await w.rooms.outbox.flush(5_000);
    await w.stop();
    w.telegram.owner.tap('✓ Allow', message.id);
    await w.start();
    await first.waiting;
    await w.until(() => w.said('Waiting for the agent to pick up the answer')[0]);
    const again = request({}, 'request-again');
    expect(decision(await again.answer)).toEqual({ behavior: 'allow' });
    await w.until(() => w.said('✓ Allowed.')[0]);
    expect(w.said('wants to run')).toHaveLength(1);
  });

  it('is decided once, however often its button is tapped', async () => {
    await w.ready();
    const hook = request();
    const message = await shown();
    for (const button of ['✓ Allow', '✗ Deny', '✓ Allow']) w.telegram.owner.tap(button, message.id);
    expect(decision(await hook.answer)).toEqual({ behavior: 'allow' });
    await w.until(() => w.said('✓ Allowed.')[0]);
    await w.kernel.inbox.journal.drained();
    expect(w.said('Denied')).toEqual([]);
  });

  it('takes the next message as the reason, but a command of ccbot as a command', async () => {
    await w.ready();
    const hook = request();
    w.telegram.owner.tap('✗ Deny and say why…', (await shown()).id);
    await w.until(() => w.said('Write the reason')[0]);
    w.telegram.owner.say('/sessions');
    await w.until(() => w.said('Your sessions')[0]);
    w.telegram.owner.say('not `rm __init__.py` on a **Friday**');
    expect(decision(await hook.answer)).toEqual({
      behavior: 'deny',
      message: 'not `rm __init__.py` on a **Friday**',
    });
    expect(w.typed()).toEqual([]);
  });

  it('shows no screen of its dialog', async () => {
    await w.ready();
    w.write(w.prompted('deploy'));
    request();
    await shown();
    w.panes.show(w.session, DIALOG);
    await w.eventually(() => w.rooms.sessions.get(w.session)?.phase === 'dialog');
    w.panes.show(w.session, READY);
    await w.eventually(() => w.rooms.sessions.get(w.session)?.phase === 'ready');
    expect(w.said('Screen of')).toEqual([]);
  });
});

describe('a request that is longer than a message', () => {
  const long = { tool_name: 'Bash', tool_input: { command: `${'echo a line\n'.repeat(1_000)}true end` } };
  const labels = (): string[] =>
    open()
      ?.keyboard.flat()
      .map(({ text }) => text) ?? [];
  const sentFiles = () => w.telegram.owner.fromBot().filter(({ media }) => media?.kind === 'document');

  it('can be allowed when its file is in the chat, also after a restart', async () => {
    await w.ready();
    w.telegram.fault({ method: 'sendDocument', kind: 'reset' });
    request(long, 'request-long');
    await shown('true end');
    expect(labels()).toEqual(['✗ Deny', '✗ Deny and say why…']);
    expect(open()?.text).toContain('You can allow it when the file is here.');
    await w.stop();
    w.telegram.clearFaults();
    await w.start();
    const again = request(long, 'request-long');
    await w.until(() => (labels().includes('✓ Allow') ? true : undefined));
    expect(sentFiles()).toHaveLength(1);
    expect(sentFiles()[0]?.media?.file.bytes.toString()).toContain(long.tool_input.command);
    w.telegram.owner.tap('✓ Allow', open()?.id);
    expect(decision(await again.answer)).toEqual({ behavior: 'allow' });
  });

  it('can only be denied when its file is refused', async () => {
    await w.ready();
    w.telegram.fault({ method: 'sendDocument', kind: 'refused', description: 'file must not be sent' });
    const hook = request(long);
    await shown('The file with the whole request could not be sent');
    expect(labels()).toEqual(['✗ Deny', '✗ Deny and say why…']);
    w.telegram.owner.tap('✗ Deny', open()?.id);
    expect(decision(await hook.answer)).toMatchObject({ behavior: 'deny' });
  });

  it('shows its file unmasked before it can be allowed, and masked again when it is decided', async () => {
    await w.ready();
    const secret = 'hunter2hunter2';
    const command = `curl https://u:${secret}@h\n${long.tool_input.command}`;
    const hook = request({ ...long, tool_input: { command } });
    await w.until(() => sentFiles()[0]);
    expect(labels()).toEqual(['👁 Show, then allow', '✗ Deny', '✗ Deny and say why…']);
    const file = (): string => sentFiles()[0]?.media?.file.bytes.toString() ?? '';
    expect([open()?.text, file()].join()).not.toContain(secret);
    w.telegram.owner.tap('👁 Show, then allow', open()?.id);
    await w.until(() => (labels().includes('✓ Allow') ? true : undefined));
    expect(open()?.text).toContain(secret);
    expect(file()).toContain(command);
    w.telegram.owner.tap('✓ Allow', open()?.id);
    expect(decision(await hook.answer)).toEqual({ behavior: 'allow' });
    await w.until(() => w.said('✓ Allowed.')[0]);
    await w.until(() => (file().includes(secret) ? undefined : true));
    expect(w.said(secret)).toEqual([]);
  });
});

describe('/inbox', () => {
  it('says when nothing waits, and lists what waits with a button that sends it again', async () => {
    await w.ready();
    w.telegram.owner.say('/inbox');
    await w.until(() => w.said('Nothing is waiting for you')[0]);
    request();
    const message = await shown();
    w.telegram.owner.say('/inbox');
    const list = await w.until(() => w.said('Waiting for you:')[0]);
    expect(list.text).toContain('wants to run make deploy');
    w.telegram.owner.tap('Show demo', list.id);
    const again = await w.until(() =>
      w.said('wants to run').find((m) => m.id > list.id && m.keyboard.length > 0),
    );
    await w.until(() => !w.telegram.owner.fromBot().some((m) => m.id === message.id));
    expect(again.silent).toBe(false);
  });
});

describe('a rule that allows everything', () => {
  it('is off by default, allows open and new requests, and ends with one tap', async () => {
    await w.ready();
    const before = request();
    await shown();
    w.telegram.owner.say('/allow');
    w.telegram.owner.tap(
      '✓ Allow for 10 minutes',
      (await w.until(() => w.said('Allow everything demo asks for')[0])).id,
    );
    expect(decision(await before.answer)).toEqual({ behavior: 'allow' });
    expect(decision(await request().answer)).toEqual({ behavior: 'allow' });
    expect(w.said('wants to run')).toHaveLength(1);
    const on = await w.until(() => w.said('every permission request of demo for 10 minutes')[0]);
    w.telegram.owner.tap('✗ Stop allowing', on.id);
    await w.until(() => w.said('demo asks for permission again')[0]);
    request();
    await shown();
  });

  it('leaves questions to the user', async () => {
    await w.ready();
    w.telegram.owner.say('/allow');
    w.telegram.owner.tap(
      '✓ Allow until it is done',
      (await w.until(() => w.said('Allow everything demo asks for')[0])).id,
    );
    await w.until(() => w.said('every permission request of demo until it is done')[0]);
    const options = [{ label: 'Red', description: '' }];
    const hook = request({
      tool_name: 'AskUserQuestion',
      tool_input: { questions: [{ question: 'Which?', header: '', multiSelect: false, options }] },
    });
    w.telegram.owner.tap('Red', (await shown('Which?')).id);
    expect(decision(await hook.answer)).toMatchObject({ updatedInput: { answers: { 'Which?': 'Red' } } });
  });

  it('“until it is done” ends with the turn', async () => {
    await w.ready();
    w.write(w.prompted('work'), w.answered('working'));
    await w.until(() => w.said('working')[0]);
    w.telegram.owner.say('/allow');
    w.telegram.owner.tap(
      '✓ Allow until it is done',
      (await w.until(() => w.said('Allow everything demo asks for')[0])).id,
    );
    await w.until(() => w.said('⚠ allows everything until it is done')[0]);
    w.write(w.turnOver());
    await w.eventually(() => w.rooms.sessions.get(w.session)?.allowing === undefined);
  });
});
