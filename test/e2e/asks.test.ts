import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Block } from '@ccbot/sandbox/model/script';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { prepareSystem, type Supervisor, type System } from './harness/system';
import { count, saying, startSession, told } from './harness/chat';
import { killWorker, noted } from './harness/kill';

jest.setTimeout(90_000);

const use = (name: string, input: Record<string, unknown>): Block => ({ type: 'tool_use', name, input });

describe('the real Claude Code asks, and the phone answers', () => {
  let system: System;
  let supervisor: Supervisor;
  const write = (text: string): number => system.telegram.owner.say(text);
  const results = (): string[] => system.model.requests.flatMap((r) => [...r.results]);
  const answered = (text: string): Promise<unknown> =>
    system.model.waitFor((r) => r.results.some((result) => result.includes(text)));
  /** The request that is open and says this. */
  const asking = (text: string): ChatMessage | undefined =>
    saying(system, text).find((m) => /^(?:🔐|❓|📋)/u.test(m.text) && m.keyboard.flat().length > 0);
  const asked = (text: string): Promise<ChatMessage> => system.telegram.waitFor(() => asking(text), 30_000);
  const tap = (label: string, message: ChatMessage): string => system.telegram.owner.tap(label, message.id);
  /** A prompt that is written while a turn runs joins it, and the model's script would not see it as one. */
  const over = async (done: string): Promise<void> => {
    await told(system, done);
    await system.telegram.waitFor(
      () => !system.telegram.owner.fromBot().some((m) => m.keyboard.flat().some((b) => b.text === '⏹ Stop')),
      30_000,
    );
  };
  beforeAll(async () => {
    system = await prepareSystem({
      rules: [
        ({ prompt }) => {
          const [, name, input] = /^use (\w+): (\{.*\})$/s.exec(prompt.trim()) ?? [];
          return name === undefined || input === undefined
            ? null
            : { blocks: [use(name, JSON.parse(input) as Record<string, unknown>)] };
        },
      ],
    });
    supervisor = system.supervise();
    await startSession(system);
  });
  afterAll(() => system.stop());

  /** Resolves when the agent's terminal shows it: the dialog comes up a moment after its hook has been started. */
  async function onScreen(what: RegExp): Promise<void> {
    for (let look = 0; !what.test(system.tmux('capture-pane', '-p', '-t', 'ccbot:demo')); look++) {
      if (look > 300) throw new Error(`the terminal does not show ${String(what)}`);
      await new Promise((resolve) => setTimeout(resolve, 100)); // tmux tells no stranger of a change
    }
  }

  const bash = (command: string, description = 'a command'): number =>
    write(`use Bash: ${JSON.stringify({ command, description })}`);
  const python = (n: number): string => `python3 -c "print(${n})"`;

  it('shows a command with what it is for, and runs it when it is allowed', async () => {
    bash(python(1001), 'Say a number');
    const ask = await asked(python(1001));
    expect(ask.text).toContain('demo wants to run');
    expect(ask.text).toContain('Say a number');
    expect(ask.silent).toBe(false);
    expect(ask.keyboard.flat().map((b) => b.text)).toEqual([
      '✓ Allow',
      '✗ Deny',
      expect.stringMatching(/^✓ Always python3/),
      '✗ Deny and say why…',
    ]);
    tap('✓ Allow', ask);
    await answered('1001');
    await system.telegram.waitFor(() => asking(python(1001)) === undefined);
    expect(count(system, '✓ Allowed.')).toBe(1);
    await over('Done: 1001');
    expect(count(system, 'Screen of demo')).toBe(0);
  });

  it('is not asked again after “always”', async () => {
    bash(python(1002));
    const ask = await asked(python(1002));
    const always = ask.keyboard.flat().find((b) => b.text.startsWith('✓ Always'));
    tap(always?.text ?? '', ask);
    await over('Done: 1002');
    const before = saying(system, python(1002)).length;
    bash(python(1002));
    await system.telegram.waitFor(() => count(system, 'Done: 1002') === 2, 30_000);
    expect(saying(system, 'wants to run').filter((m) => m.text.includes(python(1002)))).toHaveLength(
      Math.min(1, before),
    );
  });

  it('tells the model why it was denied', async () => {
    bash(python(1003));
    tap('✗ Deny and say why…', await asked(python(1003)));
    await told(system, 'Write why');
    const reason = write('the number is too large');
    await answered('the number is too large');
    await told(system, '✗ Denied: the number is too large');
    await over('Done: the number is too large');
    expect(system.telegram.owner.chat().find((m) => m.id === reason)?.reaction).toBe('👌');
  });

  it('notices that the terminal answered first, while the command still runs', async () => {
    bash('python3 -c "import time; print(1004); time.sleep(6)"');
    await asked('print(1004)');
    await onScreen(/1\. Yes/);
    system.tmux('send-keys', '-t', 'ccbot:demo', 'Enter');
    await told(system, 'Answered at the terminal');
    expect(count(system, 'Done: 1004')).toBe(0);
    expect(asking('print(1004)')).toBeUndefined();
    await over('Done: 1004');
  });

  it('says so when the dialog is left with Escape', async () => {
    bash(python(1005));
    await asked(python(1005));
    await onScreen(/1\. Yes/);
    system.tmux('send-keys', '-t', 'ccbot:demo', 'Escape');
    await told(system, 'does not wait for this any more');
    expect(asking(python(1005))).toBeUndefined();
    await over('interrupted');
  });

  it('says so when the person stops the agent from the phone instead of answering', async () => {
    const before = [count(system, 'does not wait for this any more'), count(system, 'interrupted')];
    bash(python(1016));
    await asked(python(1016));
    await onScreen(/1\. Yes/);
    write('/stop');
    await system.telegram.waitFor(
      () =>
        count(system, 'does not wait for this any more') > (before[0] ?? 0) &&
        count(system, 'interrupted') > (before[1] ?? 0),
      30_000,
    );
    expect(asking(python(1016))).toBeUndefined();
    expect(results().some((result) => result.includes('1016'))).toBe(false);
  });

  it('shows the lines that would change in a file', async () => {
    const file = join(system.project, 'notes.txt');
    write(`use Write: ${JSON.stringify({ file_path: file, content: 'one\ntwo\nthree\n' })}`);
    const create = await asked('wants to write');
    expect(create.text).toContain(file);
    expect(create.text).toContain('two');
    tap('✓ Allow', create);
    await over('Done: File created');
    write(`use Edit: ${JSON.stringify({ file_path: file, old_string: 'two', new_string: '2' })}`);
    const edit = await asked('wants to edit');
    expect(edit.text).toContain(' one\n-two\n+2\n three');
    tap('✓ Allow', edit);
    await over('has been updated');
    expect(readFileSync(file, 'utf8')).toBe('one\n2\nthree\n');
  });

  it('brings a request back with working buttons after the worker was killed, in the same message', async () => {
    bash(python(1006));
    const ask = await asked(python(1006));
    await noted(system, 'ask:');
    await killWorker(system, supervisor);
    tap('✓ Allow', ask);
    await answered('1006');
    await system.telegram.waitFor(() => asking(python(1006)) === undefined);
    expect(saying(system, python(1006)).filter((m) => m.text.includes('wants to run'))).toHaveLength(1);
    expect(results().filter((r) => r.includes('1006'))).toHaveLength(1);
    await over('Done: 1006');
  });

  const colour = {
    question: 'Which colour?',
    header: 'Colour',
    multiSelect: false,
    options: [
      { label: 'Red', description: 'like a rose' },
      { label: 'Blue', description: 'like the sea' },
    ],
  };
  const fruit = {
    question: 'Which fruit?',
    header: 'Fruit',
    multiSelect: true,
    options: [
      { label: 'Apples', description: 'a' },
      { label: 'Pears', description: 'p' },
      { label: 'Figs', description: 'f' },
    ],
  };
  const questions = (...all: object[]): number =>
    write(`use AskUserQuestion: ${JSON.stringify({ questions: all })}`);

  it('asks one question with its options, and gives the answer back as data', async () => {
    questions(colour);
    const ask = await asked('Which colour?');
    expect(ask.text).toContain('1. Red: like a rose');
    tap('Blue', ask);
    await answered('"Which colour?"="Blue"');
    await told(system, 'Colour: Blue');
    await over('Done: Your questions');
  });

  it('takes several choices, and several questions in turn, with a wrong tap undone', async () => {
    questions(colour, fruit);
    tap('Red', await asked('question 1 of 2'));
    tap('← Back', await asked('question 2 of 2'));
    tap('Blue', await asked('question 1 of 2'));
    const second = await asked('question 2 of 2');
    for (const label of ['☐ Figs', '☐ Apples', '☐ Pears']) {
      tap(label, second);
      const chosen = label.replace('☐', '☑');
      await system.telegram.waitFor(() =>
        asking('question 2 of 2')
          ?.keyboard.flat()
          .some((b) => b.text === chosen),
      );
    }
    tap('☑ Pears', second);
    await system.telegram.waitFor(() =>
      asking('question 2 of 2')
        ?.keyboard.flat()
        .some((b) => b.text === '☐ Pears'),
    );
    tap('✓ Done', second);
    await answered('"Which colour?"="Blue", "Which fruit?"="Apples, Figs"');
    await over('Apples, Figs');
  });

  it('takes the next message as the answer', async () => {
    questions({ ...colour, question: 'Another colour?' });
    tap('✎ Something else…', await asked('Another colour?'));
    await told(system, 'Write your answer');
    write('a dark green');
    await answered('"Another colour?"="a dark green"');
    await over('a dark green');
    expect(system.model.requests.some((r) => r.prompt === 'a dark green')).toBe(false);
  });

  /** Writes the plan where Claude Code looks for it, and has it ask whether it may begin. */
  async function plan(text: string): Promise<void> {
    const prompt = `plan ${text.length}`;
    write(prompt);
    const request = await system.model.waitFor((r) => r.prompt === prompt);
    const [, path] = /(\/[^"\\ ]*\/plans\/[^"\\ ]*\.md)/.exec(JSON.stringify(request.body)) ?? [];
    if (path === undefined) throw new Error('Claude Code names no plan');
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    await over(`You said: ${prompt}`);
    write('use ExitPlanMode: {}');
  }

  it('shows a plan whole, sends it back with what to change, and approves it into a mode', async () => {
    const mode = (): string => system.tmux('capture-pane', '-p', '-t', 'ccbot:demo');
    system.tmux('send-keys', '-t', 'ccbot:demo', 'BTab');
    await onScreen(/accept edits on/);
    system.tmux('send-keys', '-t', 'ccbot:demo', 'BTab');
    await onScreen(/plan mode on/);
    await plan('# The plan\n\n1. Do **this**\n2. Do `that`\n');
    const first = await asked('has a plan');
    expect(first.text).toContain('The plan\n\n1. Do this\n2. Do that');
    expect(first.entities.map((e) => e.type)).toEqual(expect.arrayContaining(['bold', 'code']));
    tap('✎ Keep planning…', first);
    await told(system, 'Write what to change');
    write('add tests');
    await answered('add tests');
    await told(system, '✎ Sent back: add tests');
    await over('Done: add tests');
    expect(mode()).toContain('plan mode on');
    await plan('# The plan\n\n1. Add tests\n');
    tap('✓ Approve, accept edits', await asked('Add tests'));
    await answered('User has approved your plan');
    await told(system, 'Approved: accept edits');
    await onScreen(/accept edits on/);
  });
});
