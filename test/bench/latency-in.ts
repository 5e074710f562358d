import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startTelegram, type Sandbox } from '@ccbot/sandbox/telegram/server';
import type { User } from '@ccbot/sandbox/telegram/model';
import type { Figure } from './figure';
import { root } from './place';
import { quantile } from './stats';
import { delay, startWorld, type BenchSession, type World } from './world';

/** (b) From an update at the server to its bytes in the pane. */
export async function latencyIn(quick: boolean): Promise<Figure[]> {
  const samples = quick ? 20 : 100;
  const folder = mkdtempSync(join(tmpdir(), 'ccbot-bench-in-'));
  const agent = await readingAgent(join(folder, 'reads.sock'));
  const { arrival } = agent;
  const world = await startWorld({ agent: agent.command, people: 1 });
  try {
    await world.open(2);
    // The newest session gets the user's messages; the other one is typed into the usual way, and without Enter.
    const [usualSession, session] = world.sessions as [BenchSession, BenchSession];
    await world.quiet(1_500);
    const typer = await usualTyper(world, usualSession);
    const ours: number[] = [];
    const usual: number[] = [];
    for (let i = 0; i < samples; i++) {
      const marker = `words number ${i} end`;
      const sentNs = process.hrtime.bigint();
      session.person.say(marker);
      ours.push(Number((await arrival(marker)) - sentNs) / 1e6);
      await delay(250);
      const other = `other number ${i} end`;
      const before = process.hrtime.bigint();
      typer.telegram.owner.say(other);
      usual.push(Number((await arrival(other)) - before) / 1e6);
      await delay(50);
    }
    await typer.stop();
    return [
      {
        what: 'update available → its bytes in the pane, p50',
        unit: 'ms',
        value: quantile(ours, 0.5),
        target: 15,
        usual: {
          value: quantile(usual, 0.5),
          how: 'long poll, then a fork of tmux send-keys; nothing on disk, screen not looked at',
        },
        note: `${samples} messages`,
      },
      {
        what: 'update available → its bytes in the pane, p99',
        unit: 'ms',
        value: quantile(ours, 0.99),
        usual: { value: quantile(usual, 0.99), how: 'the same' },
        note: '',
      },
    ];
  } finally {
    await world.close();
    agent.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Another bot, whose messages go into a pane the usual way. */
async function usualTyper(
  world: World,
  session: BenchSession,
): Promise<{ telegram: Sandbox; stop(): Promise<void> }> {
  const token = '100000002:SANDBOX_TOKEN_FOR_THE_BENCH_ONLY_000';
  const person = (id: number): User => ({ id, is_bot: false, first_name: 'Person' });
  const telegram = await startTelegram({ token, owner: person(1), stranger: person(2) });
  const program = join(root, 'test/bench/fixtures/usual-typer.mjs');
  const child = spawn(process.execPath, [program, telegram.apiRoot, token, world.tmuxSocket, session.pane], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: world.env,
  });
  await telegram.waitFor(() => telegram.calls.length > 0);
  return {
    telegram,
    async stop() {
      child.kill();
      await once(child, 'exit');
      await telegram.close();
    },
  };
}

/** An agent that reports what it reads. */
export interface ReadingAgent {
  /** The command that starts it. */
  command: string;
  /** Resolves with the time at which the agent has read all of `marker`, ns of the monotonic clock. */
  arrival(marker: string): Promise<bigint>;
  close(): void;
}

export async function readingAgent(socket: string): Promise<ReadingAgent> {
  const reads: { at: bigint; text: string }[] = [];
  const server = await listen(socket, (read) => reads.push(read));
  return {
    command: `${process.execPath} ${join(root, 'test/bench/fixtures/reading-agent.mjs')} ${socket}`,
    async arrival(marker) {
      for (const until = Date.now() + 15_000; Date.now() < until; await delay(2)) {
        const text = reads.map((r) => r.text).join('');
        const end = text.indexOf(marker);
        if (end < 0) continue;
        for (let length = 0, i = 0; i < reads.length; i++) {
          length += reads[i]?.text.length ?? 0;
          if (length >= end + marker.length) {
            const at = reads[i]?.at ?? 0n;
            reads.length = 0;
            return at;
          }
        }
      }
      throw new Error(`“${marker}” did not arrive`);
    },
    close: () => void server.close(),
  };
}

function listen(path: string, onRead: (read: { at: bigint; text: string }) => void): Promise<Server> {
  const server = createServer((connection) => {
    createInterface({ input: connection }).on('line', (line) => {
      const { at, text } = JSON.parse(line) as { at: string; text: string };
      onRead({ at: BigInt(at), text });
    });
  });
  return new Promise((resolve) => server.listen(path, () => resolve(server)));
}
