import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { PanesError } from '../panes';
import { createControlParser, type ControlEvent } from './parse';
import { commandLine } from './quote';

/** A command that tmux has not answered after this long, ms, never will be: the channel is given up. */
const ANSWER_MS = 10_000;

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
  /** Ends the client; the server and its windows stay. */
  close(): void;
}

export interface ChannelOptions {
  /** The program and its arguments up to the command, such as `['tmux', '-L', 'name']`. */
  tmux: readonly string[];
  session: string;
  env: NodeJS.ProcessEnv;
  /** Wraps the client so that it dies with this process, where the system can do that. */
  wrap: readonly string[];
  onNotification(event: Notification): void;
  /** The client is gone, once. */
  onEnd(reason: string): void;
}

interface Pending {
  /** Answers still to come. */
  left: number;
  replies: string[][];
  resolve(replies: string[][]): void;
  reject(error: PanesError): void;
  timer: NodeJS.Timeout;
}

/** Attaches to a session; resolves when tmux has answered. */
export function openChannel(options: ChannelOptions): Promise<Channel> {
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
  const pending: Pending[] = [];
  const parser = createControlParser();
  let ended = false;
  let errors = '';

  return new Promise<Channel>((resolve, reject) => {
    let attached = false;

    function end(reason: string): void {
      if (ended) return;
      ended = true;
      child.kill('SIGKILL');
      for (const p of pending.splice(0)) {
        clearTimeout(p.timer);
        p.reject(new PanesError('server-down', `tmux: ${reason}`));
      }
      if (attached) options.onEnd(reason);
      else reject(new PanesError('server-down', `tmux: ${reason}`));
    }

    function reply(event: Extract<ControlEvent, { type: 'reply' }>): void {
      if (!attached) {
        if (!event.ok) return end(event.lines.join(' '));
        attached = true;
        return resolve(channel);
      }
      if (!event.own) return;
      const p = pending[0];
      if (p === undefined) return;
      p.replies.push(event.lines);
      if (event.ok && --p.left > 0) return;
      pending.shift();
      clearTimeout(p.timer);
      if (event.ok) p.resolve(p.replies);
      else p.reject(new PanesError('refused', `tmux: ${event.lines.join(' ')}`));
    }

    const channel: Channel = {
      pid: child.pid ?? 0,
      run(...commands) {
        if (ended) return Promise.reject(new PanesError('server-down', 'tmux: the channel is closed'));
        return new Promise((done, failed) => {
          pending.push({
            left: commands.length,
            replies: [],
            resolve: done,
            reject: failed,
            timer: setTimeout(
              () => end(`no answer to ${String(commands[0]?.[0])} in ${ANSWER_MS} ms`),
              ANSWER_MS,
            ),
          });
          child.stdin.write(`${commands.map(commandLine).join(' ; ')}\n`);
        });
      },
      close() {
        ended = true;
        child.kill('SIGTERM');
        for (const p of pending.splice(0)) {
          clearTimeout(p.timer);
          p.reject(new PanesError('server-down', 'tmux: the channel was closed'));
        }
      },
    };

    child.stdout.on('data', (chunk: Buffer) => {
      for (const event of parser.feed(chunk)) {
        if (event.type === 'reply') reply(event);
        else options.onNotification(event);
      }
    });
    child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-2_000)));
    // Writing to a client that just ended; its end is told by 'close'.
    child.stdin.on('error', (error) => (errors += error.message));
    child.on('error', (error) => end(error.message));
    child.on('close', (code, signal) =>
      end(errors.trim() || `the client ended (${signal ?? `code ${code}`})`),
    );
  });
}
