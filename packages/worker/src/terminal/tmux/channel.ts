import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { PanesError } from '../model';
import { createControlParser, type ControlEvent } from './parse';
import { commandLine } from './quote';

/** If tmux has not answered a command after this long, ms, it never will: we give up the channel. */
const ANSWER_MS = 10_000;

/** How long a client that was told to exit may take, ms. */
const CLOSE_MS = 1_000;

/** How much of the client's stderr we keep, from its end, UTF-16 units. */
const STDERR_KEPT = 2_000;

/** What tmux reports without being asked. */
export type Notification = Exclude<ControlEvent, { type: 'reply' }>;

/** A control-mode client: commands in, answers in order, notifications as they come. */
export interface Channel {
  readonly pid: number;
  /**
   * Runs commands as one sequence; no other command runs in between. Resolves with the lines of each command. Rejects
   * with a {@link PanesError}: `refused`, with tmux's own words, if one fails (tmux skips the rest), `server-down` if the
   * channel ends first.
   */
  run(...commands: (readonly string[])[]): Promise<string[][]>;
  /** Ends the client without calling `onEnd`; the server and its windows stay. Resolves when the process is gone. */
  close(): Promise<void>;
}

/** The tmux client to run, and the session that it attaches to. */
export interface ClientCommand {
  /** The program and its arguments before the command, such as `['tmux', '-L', 'name']`. */
  tmux: readonly string[];
  /** Its id, such as `$3`. */
  session: string;
  env: NodeJS.ProcessEnv;
  /** Wraps the client so that it dies with this process, on systems that support it. */
  wrap: readonly string[];
}

export interface ChannelOptions {
  client: ClientCommand;
  /** Overrides how long an answer may take, ms. */
  answerMs?: number;
  onNotification(event: Notification): void;
  /** The client is gone and `close` was not called. Called once, and only after the client had attached. */
  onEnd(reason: string): void;
}

/** Commands that tmux has not answered yet. */
interface Pending {
  /** The first command, for messages. */
  name: string;
  /** How many answers are missing. */
  left: number;
  replies: string[][];
  resolve(replies: string[][]): void;
  reject(error: PanesError): void;
  timer: NodeJS.Timeout;
}

interface ChannelState {
  readonly options: ChannelOptions;
  readonly child: ChildProcessWithoutNullStreams;
  /** Resolves when the client process is gone. */
  readonly gone: Promise<void>;
  readonly pending: Pending[];
  phase: 'attaching' | 'attached' | 'ended';
  attaching: Pick<Pending, 'reject' | 'timer'> & { resolve(): void };
  stderr: string;
  exitReason: string;
}

/** Attaches to a session and resolves when tmux has answered; throws a {@link PanesError} `server-down` if it cannot. */
export async function openChannel(options: ChannelOptions): Promise<Channel> {
  const child = spawnClient(options.client);
  const state = await attach(options, child);
  return {
    pid: child.pid ?? 0,
    run: (...commands) => run(state, commands),
    close: () => close(state),
  };
}

function spawnClient(client: ClientCommand): ChildProcessWithoutNullStreams {
  // ignore-size: windows keep their size; pause-after: agents must not freeze when this process stops reading.
  const attachSession = ['-C', 'attach-session', '-t', client.session, '-f', 'ignore-size,pause-after=2'];
  const line = [...client.wrap, ...client.tmux, ...attachSession];
  const [program = 'tmux', ...args] = line;
  return spawn(program, args, { env: client.env, stdio: 'pipe' });
}

function attach(options: ChannelOptions, child: ChildProcessWithoutNullStreams): Promise<ChannelState> {
  return new Promise((resolve, reject) => {
    const state: ChannelState = {
      options,
      child,
      gone: new Promise((left) => child.once('close', () => left())),
      pending: [],
      phase: 'attaching',
      attaching: {
        resolve: () => resolve(state),
        reject,
        timer: onTimeout(options, () => {
          if (state.phase === 'attaching') end(state, noAnswerTo('attach-session', options));
        }),
      },
      stderr: '',
      exitReason: '',
    };
    listen(state);
  });
}

function listen(state: ChannelState): void {
  const { child, options } = state;
  const parser = createControlParser();
  child.stdout.on('data', (chunk: Buffer) => {
    for (const event of parser.feed(chunk)) {
      if (event.type === 'reply') onReply(state, event);
      else if (event.type === 'exit') state.exitReason = event.reason || 'tmux ended the client';
      else if (state.phase !== 'ended') options.onNotification(event);
    }
  });
  child.stderr.on('data', (chunk: Buffer) => {
    state.stderr = (state.stderr + chunk.toString()).slice(-STDERR_KEPT);
  });
  // A write to a client that has just exited; 'close' follows.
  child.stdin.on('error', (error) => (state.stderr += error.message));
  child.on('error', (error) => end(state, error.message));
  child.on('close', (code, signal) =>
    end(state, state.exitReason || state.stderr.trim() || `the client ended (${signal ?? `code ${code}`})`),
  );
}

function run(state: ChannelState, commands: (readonly string[])[]): Promise<string[][]> {
  const { options, pending, child } = state;
  if (state.phase !== 'attached') {
    return Promise.reject(new PanesError('server-down', 'tmux: the channel is closed'));
  }
  const name = commands[0]?.[0] ?? '';
  // tmux would end the line at a NUL, and answer fewer commands than we sent.
  if (commands.flat().some((argument) => argument.includes('\0'))) {
    return Promise.reject(new PanesError('refused', `tmux: ${name}: an argument contains a NUL character`));
  }
  return new Promise((resolve, reject) => {
    const sent: Pending = {
      name,
      left: commands.length,
      replies: [],
      resolve,
      reject,
      timer: onTimeout(options, () => {
        if (pending.includes(sent)) end(state, noAnswerTo(name, options));
      }),
    };
    pending.push(sent);
    child.stdin.write(`${commands.map(commandLine).join(' ; ')}\n`);
  });
}

function onReply(state: ChannelState, event: Extract<ControlEvent, { type: 'reply' }>): void {
  if (state.phase === 'attaching') {
    if (!event.ok) return end(state, event.lines.join(' '));
    state.phase = 'attached';
    clearTimeout(state.attaching.timer);
    return state.attaching.resolve();
  }
  const [first] = state.pending;
  if (!event.own || first === undefined) return;
  first.replies.push(event.lines);
  if (event.ok && --first.left > 0) return;
  state.pending.shift();
  clearTimeout(first.timer);
  if (event.ok) first.resolve(first.replies);
  else first.reject(new PanesError('refused', `tmux: ${first.name}: ${event.lines.join(' ')}`));
}

/** Gives the channel up: the client exited, or does not answer. */
function end(state: ChannelState, reason: string): void {
  const { phase } = state;
  if (phase === 'ended') return;
  failPending(state, reason);
  state.child.kill('SIGKILL');
  if (phase === 'attached') state.options.onEnd(reason);
  else state.attaching.reject(new PanesError('server-down', `tmux: ${reason}`));
}

async function close(state: ChannelState): Promise<void> {
  failPending(state, 'the channel was closed');
  state.child.kill('SIGTERM');
  const kill = setTimeout(() => state.child.kill('SIGKILL'), CLOSE_MS);
  await state.gone;
  clearTimeout(kill);
}

function failPending(state: ChannelState, reason: string): void {
  state.phase = 'ended';
  clearTimeout(state.attaching.timer);
  for (const sent of state.pending.splice(0)) {
    clearTimeout(sent.timer);
    sent.reject(new PanesError('server-down', `tmux: ${reason}`));
  }
}

/** Calls back when an answer is due. If this process was suspended, the answer may wait unread: it is read first. */
function onTimeout({ answerMs = ANSWER_MS }: ChannelOptions, late: () => void): NodeJS.Timeout {
  return setTimeout(() => setImmediate(late), answerMs);
}

function noAnswerTo(name: string, { answerMs = ANSWER_MS }: ChannelOptions): string {
  return `no answer to ${name} in ${answerMs} ms`;
}
