import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { PanesError } from '../model';
import { createControlParser, type ControlEvent } from './parse';
import { commandLine } from './quote';

/** A command that tmux has not answered after this long, ms, never will be: the channel is given up. */
const ANSWER_MS = 10_000;

/** A client that was asked to end has this long, ms. */
const CLOSE_MS = 1_000;

/** As much of what the client says on stderr is kept. */
const STDERR_KEPT = 2_000;

/** What tmux tells without being asked. */
export type Notification = Exclude<ControlEvent, { type: 'reply' }>;

/** One control-mode client: commands in, answers in order, notifications as they come. */
export interface Channel {
  readonly pid: number;
  /**
   * Runs commands as one sequence, with nothing of others in between. Resolves with each command's lines; throws a
   * {@link PanesError} `refused` with tmux's own words when one fails (the rest is not run then), `server-down` when
   * the channel ends first.
   */
  run(...commands: (readonly string[])[]): Promise<string[][]>;
  /** Ends the client, without `onEnd`; the server and its windows stay. Resolves when the process is gone. */
  close(): Promise<void>;
}

/** How to attach, and who hears of what. */
export interface ChannelOptions {
  /** The program and its arguments up to the command, such as `['tmux', '-L', 'name']`. */
  tmux: readonly string[];
  session: string;
  env: NodeJS.ProcessEnv;
  /** Wraps the client so that it dies with this process, where the system can do that. */
  wrap: readonly string[];
  /** Overrides how long an answer may take, ms. */
  answerMs?: number;
  onNotification(event: Notification): void;
  /** The client is gone though nobody asked for that; once, and only after it was attached. */
  onEnd(reason: string): void;
}

interface Pending {
  name: string;
  /** Answers still to come. */
  left: number;
  replies: string[][];
  resolve(replies: string[][]): void;
  reject(error: PanesError): void;
  timer: NodeJS.Timeout;
}

/** Attaches to a session; resolves when tmux has answered, throws a {@link PanesError} `server-down` when it cannot. */
export function openChannel(options: ChannelOptions): Promise<Channel> {
  const { answerMs = ANSWER_MS } = options;
  const [program = 'tmux', ...args] = [
    ...options.wrap,
    ...options.tmux,
    '-C',
    'attach-session',
    '-t',
    `=${options.session}`,
    // ignore-size: windows keep their size; pause-after: agents must not freeze when this process stops reading.
    '-f',
    'ignore-size,pause-after=2',
  ];
  const child: ChildProcessWithoutNullStreams = spawn(program, args, { env: options.env, stdio: 'pipe' });
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const pending: Pending[] = [];
  const parser = createControlParser();
  let phase: 'attaching' | 'attached' | 'ended' = 'attaching';
  let errors = '';
  let exitReason = '';

  return new Promise<Channel>((resolve, reject) => {
    const attaching = late('attach-session', () => phase === 'attaching');

    /** Gives up when an answer is still missing in time. It may lie here unread when this process stood still: that is read first. */
    function late(name: string, missing: () => boolean): NodeJS.Timeout {
      return setTimeout(
        () => setImmediate(() => missing() && end(`no answer to ${name} in ${answerMs} ms`)),
        answerMs,
      );
    }

    function settle(reason: string): void {
      phase = 'ended';
      clearTimeout(attaching);
      for (const p of pending.splice(0)) {
        clearTimeout(p.timer);
        p.reject(new PanesError('server-down', `tmux: ${reason}`));
      }
    }

    function end(reason: string): void {
      if (phase === 'ended') return;
      const was = phase;
      settle(reason);
      child.kill('SIGKILL');
      if (was === 'attached') options.onEnd(reason);
      else reject(new PanesError('server-down', `tmux: ${reason}`));
    }

    function reply(event: Extract<ControlEvent, { type: 'reply' }>): void {
      if (phase === 'attaching') {
        if (!event.ok) return end(event.lines.join(' '));
        phase = 'attached';
        clearTimeout(attaching);
        return resolve(channel);
      }
      const [first] = pending;
      if (!event.own || first === undefined) return;
      first.replies.push(event.lines);
      if (event.ok && --first.left > 0) return;
      pending.shift();
      clearTimeout(first.timer);
      if (event.ok) first.resolve(first.replies);
      else first.reject(new PanesError('refused', `tmux: ${first.name}: ${event.lines.join(' ')}`));
    }

    const channel: Channel = {
      pid: child.pid ?? 0,
      run(...commands) {
        if (phase !== 'attached') {
          return Promise.reject(new PanesError('server-down', 'tmux: the channel is closed'));
        }
        const name = commands[0]?.[0] ?? '';
        // tmux would end the line there, and answer to fewer commands than were sent.
        if (commands.flat().some((argument) => argument.includes('\0'))) {
          return Promise.reject(new PanesError('refused', `tmux: ${name}: a NUL cannot be passed on`));
        }
        return new Promise((done, failed) => {
          const mine: Pending = {
            name,
            left: commands.length,
            replies: [],
            resolve: done,
            reject: failed,
            timer: late(name, () => pending.includes(mine)),
          };
          pending.push(mine);
          child.stdin.write(`${commands.map(commandLine).join(' ; ')}\n`);
        });
      },
      async close() {
        settle('the channel was closed');
        child.kill('SIGTERM');
        const kill = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS);
        await gone;
        clearTimeout(kill);
      },
    };

    child.stdout.on('data', (chunk: Buffer) => {
      for (const event of parser.feed(chunk)) {
        if (event.type === 'reply') reply(event);
        else if (event.type === 'exit') exitReason = event.reason || 'tmux ended the client';
        else if (phase !== 'ended') options.onNotification(event);
      }
    });
    child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-STDERR_KEPT)));
    // Writing to a client that just ended; its end is told by 'close'.
    child.stdin.on('error', (error) => (errors += error.message));
    child.on('error', (error) => end(error.message));
    child.on('close', (code, signal) =>
      end(exitReason || errors.trim() || `the client ended (${signal ?? `code ${code}`})`),
    );
  });
}
