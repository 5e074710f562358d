import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Block } from '@ccbot/sandbox/model/script';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { prepareSystem, type Supervisor, type System } from './harness/system';
import { count, botMessages, startSession, botSays } from './harness/chat';
import { killWorker, waitUntilRecorded } from './harness/kill';
import { until } from './harness/until';

const use = (name: string, input: Record<string, unknown>): Block => ({ type: 'tool_use', name, input });

describe('requests of the real Claude Code, answered on the phone', () => {
  let system: System;
  let supervisor: Supervisor;
  const write = (text: string): number => system.telegram.owner.say(text);
  const results = (): string[] => system.model.requests.flatMap((r) => [...r.results]);
  const modelGets = (text: string): Promise<unknown> =>
    system.model.waitFor((r) => r.results.some((result) => result.includes(text)));
  /** The open request with this text. */
  const openRequest = (text: string): ChatMessage | undefined =>
    botMessages(system, text).find((m) => /^(?:🔐|❓|📋)/u.test(m.text) && m.keyboard.flat().length > 0);
  const request = (text: string): Promise<ChatMessage> => system.telegram.waitFor(() => openRequest(text));
  const tap = (label: string, message: ChatMessage): string => system.telegram.owner.tap(label, message.id);
  /** Whether a card shows that a turn can be stopped. */
  const isWorking = (): boolean =>
    system.telegram.owner.fromBot().some((m) => m.keyboard.flat().some((b) => b.text === '⏹ Stop'));
  /** Waits for a text and the end of its turn: a prompt that is sent during a turn joins it, which the script does not expect. */
  const turnEnds = async (text: string): Promise<void> => {
    await botSays(system, text);
    await system.telegram.waitFor(() => !isWorking());
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

  const screen = (): string => system.tmux('capture-pane', '-p', '-t', 'ccbot:demo');
  const screenShows = (pattern: RegExp): Promise<void> => until(() => pattern.test(screen()), screen);

  /** Answers the dialog at the terminal, which appears a moment after its hook starts and ignores keys at first. */
  async function answerDialog(key: string): Promise<void> {
    await screenShows(/1\. Yes/);
    let pressedAt = -Infinity;
    await until(() => {
      if (!/1\. Yes/.test(screen())) return true;
      if (performance.now() - pressedAt < 1_000) return false;
      system.tmux('send-keys', '-t', 'ccbot:demo', key);
      pressedAt = performance.now();
      return false;
    }, screen);
  }

  const bash = (command: string, description = 'a command'): number =>
    write(`use Bash: ${JSON.stringify({ command, description })}`);
  const python = (n: number): string => `python3 -c "print(${n})"`;

  it('shows a command with its description, and runs it when it is allowed', async () => {
    bash(python(1001), 'Say a number');
    const shown = await request(python(1001));
    expect(shown.text).toContain('demo wants to run');
    expect(shown.text).toContain('Say a number');
    expect(shown.silent).toBe(false);
    expect(shown.keyboard.flat().map((b) => b.text)).toEqual([
      '✓ Allow',
      '✗ Deny',
      expect.stringMatching(/^✓ Always python3/),
      '✗ Deny and say why…',
    ]);
    tap('✓ Allow', shown);
    await modelGets('1001');
    await system.telegram.waitFor(() => openRequest(python(1001)) === undefined);
    expect(count(system, '✓ Allowed.')).toBe(1);
    await turnEnds('Done: 1001');
    expect(count(system, 'Screen of demo')).toBe(0);
  });

  it('does not ask again after “Always”', async () => {
    bash(python(1002));
    const shown = await request(python(1002));
    const always = shown.keyboard.flat().find((b) => b.text.startsWith('✓ Always'));
    tap(always?.text ?? '', shown);
    await turnEnds('Done: 1002');
    const before = botMessages(system, python(1002)).length;
    bash(python(1002));
    await system.telegram.waitFor(() => count(system, 'Done: 1002') === 2);
    expect(botMessages(system, 'wants to run').filter((m) => m.text.includes(python(1002)))).toHaveLength(
      Math.min(1, before),
    );
  });

  it('tells the model why a command was denied', async () => {
    bash(python(1003));
    tap('✗ Deny and say why…', await request(python(1003)));
    await botSays(system, 'Write the reason');
    const reason = write('the number is too large');
    await modelGets('the number is too large');
    await botSays(system, '✗ Denied: the number is too large');
    await turnEnds('Done: the number is too large');
    expect(system.telegram.owner.chat().find((m) => m.id === reason)?.reaction).toBe('👌');
  });

  it('notices an answer at the terminal while the command still runs', async () => {
    bash('python3 -c "import time; print(1004); time.sleep(6)"');
    await request('print(1004)');
    await answerDialog('Enter');
    await botSays(system, 'Answered at the terminal');
    expect(count(system, 'Done: 1004')).toBe(0);
    expect(openRequest('print(1004)')).toBeUndefined();
    await turnEnds('Done: 1004');
  });

  it('closes the request when the dialog is left with Escape', async () => {
    bash(python(1005));
    await request(python(1005));
    await answerDialog('Escape');
    await botSays(system, 'The agent stopped waiting');
    expect(openRequest(python(1005))).toBeUndefined();
    await turnEnds('interrupted');
  });

  it('closes the request when the agent is stopped from the phone', async () => {
    const before = [count(system, 'The agent stopped waiting'), count(system, 'interrupted')];
    bash(python(1016));
    await request(python(1016));
    await screenShows(/1\. Yes/);
    write('/stop');
    await system.telegram.waitFor(
      () =>
        count(system, 'The agent stopped waiting') > (before[0] ?? 0) &&
        count(system, 'interrupted') > (before[1] ?? 0),
    );
    expect(openRequest(python(1016))).toBeUndefined();
    expect(results().some((result) => result.includes('1016'))).toBe(false);
  });

  it('shows the lines that an edit would change', async () => {
    const file = join(system.project, 'notes.txt');
    write(`use Write: ${JSON.stringify({ file_path: file, content: 'one\ntwo\nthree\n' })}`);
    const create = await request('wants to write');
    expect(create.text).toContain(file);
    expect(create.text).toContain('two');
    tap('✓ Allow', create);
    await turnEnds('Done: File created');
    write(`use Edit: ${JSON.stringify({ file_path: file, old_string: 'two', new_string: '2' })}`);
    const edit = await request('wants to edit');
    expect(edit.text).toContain(' one\n-two\n+2\n three');
    tap('✓ Allow', edit);
    await turnEnds('has been updated');
    expect(readFileSync(file, 'utf8')).toBe('one\n2\nthree\n');
  });

  it('keeps a request with working buttons in the same message after the worker is killed', async () => {
    bash(python(1006));
    const shown = await request(python(1006));
    // A card that a killed worker was sending stays, with its button to stop.
    await system.telegram.waitFor(isWorking);
    await waitUntilRecorded(system, '');
    await killWorker(system, supervisor);
    tap('✓ Allow', shown);
    await modelGets('1006');
    await system.telegram.waitFor(() => openRequest(python(1006)) === undefined);
    expect(botMessages(system, python(1006)).filter((m) => m.text.includes('wants to run'))).toHaveLength(1);
    expect(results().filter((r) => r.includes('1006'))).toHaveLength(1);
    await turnEnds('Done: 1006');
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

  it('shows a question with its options, and returns the answer as data', async () => {
    questions(colour);
    const shown = await request('Which colour?');
    expect(shown.text).toContain('1. Red: like a rose');
    tap('Blue', shown);
    await modelGets('"Which colour?"="Blue"');
    await botSays(system, 'Colour: Blue');
    await turnEnds('Done: Your questions');
  });

  it('accepts several choices, asks several questions in turn, and undoes a wrong tap', async () => {
    questions(colour, fruit);
    tap('Red', await request('question 1 of 2'));
    tap('← Back', await request('question 2 of 2'));
    tap('Blue', await request('question 1 of 2'));
    const second = await request('question 2 of 2');
    for (const label of ['☐ Figs', '☐ Apples', '☐ Pears']) {
      tap(label, second);
      const chosen = label.replace('☐', '☑');
      await system.telegram.waitFor(() =>
        openRequest('question 2 of 2')
          ?.keyboard.flat()
          .some((b) => b.text === chosen),
      );
    }
    tap('☑ Pears', second);
    await system.telegram.waitFor(() =>
      openRequest('question 2 of 2')
        ?.keyboard.flat()
        .some((b) => b.text === '☐ Pears'),
    );
    tap('✓ Done', second);
    await modelGets('"Which colour?"="Blue", "Which fruit?"="Apples, Figs"');
    await turnEnds('Apples, Figs');
  });

  it('uses the next message as the answer', async () => {
    questions({ ...colour, question: 'Another colour?' });
    tap('✎ Write an answer…', await request('Another colour?'));
    await botSays(system, 'Write your answer');
    write('a dark green');
    await modelGets('"Another colour?"="a dark green"');
    await turnEnds('a dark green');
    expect(system.model.requests.some((r) => r.prompt === 'a dark green')).toBe(false);
  });

  /** Writes the plan to the file that Claude Code reads, and makes it ask for approval. */
  async function plan(text: string): Promise<void> {
    const prompt = `plan ${text.length}`;
    write(prompt);
    const request = await system.model.waitFor((r) => r.prompt === prompt);
    const [, path] = /(\/[^"\\ ]*\/plans\/[^"\\ ]*\.md)/.exec(JSON.stringify(request.body)) ?? [];
    if (path === undefined) throw new Error('Claude Code names no plan file');
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    await turnEnds(`You said: ${prompt}`);
    write('use ExitPlanMode: {}');
  }

  it('shows the whole plan, sends it back with changes, and approves it with a mode', async () => {
    const mode = (): string => system.tmux('capture-pane', '-p', '-t', 'ccbot:demo');
    system.tmux('send-keys', '-t', 'ccbot:demo', 'BTab');
    await screenShows(/accept edits on/);
    system.tmux('send-keys', '-t', 'ccbot:demo', 'BTab');
    await screenShows(/plan mode on/);
    await plan('# The plan\n\n1. Do **this**\n2. Do `that`\n');
    const first = await request('has a plan');
    expect(first.text).toContain('# The plan\n\n1. Do **this**\n2. Do `that`');
    expect(first.entities.map((e) => e.type)).toEqual(expect.arrayContaining(['bold', 'code']));
    tap('✎ Keep planning…', first);
    await botSays(system, 'Write what to change');
    write('add tests');
    await modelGets('add tests');
    await botSays(system, '✎ Sent back: add tests');
    await turnEnds('Done: add tests');
    expect(mode()).toContain('plan mode on');
    await plan('# The plan\n\n1. Add tests\n');
    tap('✓ Approve, accept edits', await request('Add tests'));
    await modelGets('User has approved your plan');
    await botSays(system, 'Approved: accept edits');
    await screenShows(/accept edits on/);
  });
});
