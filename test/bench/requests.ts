import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Figure } from './figure';
import { programs, root } from './place';
import { quantile } from './stats';
import { delay, startWorld } from './world';

/** (g) A request of an agent: from the start of its hook to buttons in the chat, and from a tap to the end of the hook. */
export async function requests(quick: boolean): Promise<Figure[]> {
  const samples = quick ? 10 : 40;
  const world = await startWorld({ agent: join(root, 'test/bench/fixtures/idle-agent.sh'), people: 1 });
  try {
    await world.open(1);
    const [session] = world.sessions;
    if (session === undefined) throw new Error('no session');
    await world.quiet(1_500);
    const env = { ...world.env, CCBOT_SESSION: session.id, TMUX_PANE: session.pane };
    const opened: number[] = [];
    const decided: number[] = [];
    for (let i = 0; i < samples; i++) {
      const command = `echo request number ${i} end`;
      const payload = {
        hook_event_name: 'PermissionRequest',
        session_id: `bench-${session.id}`,
        transcript_path: session.transcript,
        cwd: session.cwd,
        tool_name: 'Bash',
        tool_input: { command, description: 'a command' },
      };
      const startedNs = process.hrtime.bigint();
      const child = spawn(process.execPath, [join(programs, 'packages/worker/dist/hook.js'), 'claude'], {
        env,
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      const exited = once(child, 'exit');
      child.stdin.end(JSON.stringify(payload));
      const message = await world.telegram.waitFor(
        () => session.person.fromBot().find((m) => m.text.includes(command) && m.keyboard.length > 0),
        15_000,
      );
      opened.push(Number(process.hrtime.bigint() - startedNs) / 1e6);
      await delay(100);
      const tappedNs = process.hrtime.bigint();
      session.person.tap('✓ Allow', message.id);
      await exited;
      decided.push(Number(process.hrtime.bigint() - tappedNs) / 1e6);
      // A chat accepts about one call a second, and this wait must not be part of the next sample.
      await delay(3_200);
    }
    const note = `${samples} requests`;
    return [
      {
        what: 'agent starts its hook → buttons in the chat, p50',
        unit: 'ms',
        value: quantile(opened, 0.5),
        target: 250,
        note,
      },
      {
        what: 'agent starts its hook → buttons in the chat, p99',
        unit: 'ms',
        value: quantile(opened, 0.99),
        note: '',
      },
      {
        what: 'tap → the hook has returned the decision and exited, p50',
        unit: 'ms',
        value: quantile(decided, 0.5),
        target: 100,
        note,
      },
      {
        what: 'tap → the hook has returned the decision and exited, p99',
        unit: 'ms',
        value: quantile(decided, 0.99),
        note: '',
      },
    ];
  } finally {
    await world.close();
  }
}
