import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathsOf } from '@ccbot/shared/config/paths';
import { until } from '../e2e/harness/until';
import type { Figure } from './figure';
import { ccbot, programs, root } from './place';
import { median } from './stats';
import { startWorld, type World } from './world';

/** (e) The time that an agent waits at each prompt and each status line, relative to a node that does nothing. */
export async function hook(quick: boolean): Promise<Figure[]> {
  const pairs = quick ? 15 : 60;
  const world = await startWorld({ agent: join(root, 'test/bench/fixtures/idle-agent.sh'), people: 1 });
  try {
    await world.open(1);
    const [session] = world.sessions;
    if (session === undefined) throw new Error('no session');
    // As in a real window: the first run records the session in session_map.json, the others find it there.
    const tmux = world.tmux('display-message', '-p', '#{socket_path},#{pid},0');
    const env = { ...world.env, CCBOT_SESSION: session.id, TMUX_PANE: session.pane, TMUX: tmux };
    const input = JSON.stringify({
      hook_event_name: 'UserPromptSubmit',
      session_id: `bench-${session.id}`,
      transcript_path: session.transcript,
      cwd: session.cwd,
      prompt: 'a prompt of ordinary length, as you write it on a phone',
    });
    // The supervisor has written the launcher, which stands for node in the commands of hook and status line.
    const { launcher } = pathsOf(world.env['CCBOT_DIR'] ?? '');
    const figures = JSON.stringify({
      session_id: `bench-${session.id}`,
      model: { id: 'model', display_name: 'Model' },
      context_window: { used_percentage: 12, context_window_size: 200_000, total_input_tokens: 24_000 },
      cost: { total_cost_usd: 0.1, total_duration_ms: 1_000 },
    });
    const bundle = join(programs, 'packages/worker/dist/hook.js');
    const line = join(programs, 'packages/worker/dist/statusline.js');
    const runs = await timeInPane(world, {
      rounds: pairs,
      env,
      cwd: session.cwd,
      programs: {
        bare: { argv: [process.execPath, '-e', '0'], input: '' },
        installed: { argv: [launcher, bundle, 'claude'], input },
        launched: { argv: [process.execPath, ccbot, 'hook'], input },
        line: { argv: [launcher, line], input: figures },
        whole: { argv: [process.execPath, ccbot, '--version'], input: '' },
      },
    });
    const bare = median(runs.map((r) => r.bare));
    const usual = { value: median(runs.map((r) => r.whole / r.bare)), how: 'loading the whole program' };
    const note = (ms: number): string =>
      `p50 ${ms.toFixed(1)} ms, node -e 0 ${bare.toFixed(1)} ms, ${pairs} pairs`;
    return [
      {
        what: '`ccbot hook`, times node -e 0',
        unit: '×',
        value: median(runs.map((r) => r.launched / r.bare)),
        target: 1.2,
        usual,
        note: note(median(runs.map((r) => r.launched))),
      },
      {
        what: 'the hook as it is installed, times node -e 0',
        unit: '×',
        value: median(runs.map((r) => r.installed / r.bare)),
        target: 1.2,
        usual,
        note: note(median(runs.map((r) => r.installed))),
      },
      {
        what: 'the status line as it is installed, times node -e 0',
        unit: '×',
        value: median(runs.map((r) => r.line / r.bare)),
        target: 1.2,
        usual,
        note: note(median(runs.map((r) => r.line))),
      },
    ];
  } finally {
    await world.close();
  }
}

interface Job {
  rounds: number;
  programs: Record<'bare' | 'installed' | 'launched' | 'line' | 'whole', { argv: string[]; input: string }>;
  env: NodeJS.ProcessEnv;
  cwd: string;
}

/** How long each program took in each round, ms. */
async function timeInPane(world: World, job: Job): Promise<Record<keyof Job['programs'], number>[]> {
  const [input, result] = [join(world.dir, 'hook-job.json'), join(world.dir, 'hook-times.json')];
  writeFileSync(input, JSON.stringify(job));
  const timer = join(root, 'test/bench/fixtures/hook-timer.mjs');
  world.tmux('new-session', '-d', '-s', 'hook-timer', process.execPath, timer, input, result);
  await until(() => existsSync(result));
  const { runs, error } = JSON.parse(readFileSync(result, 'utf8')) as {
    runs?: Record<keyof Job['programs'], number>[];
    error?: string;
  };
  if (runs === undefined) throw new Error(error);
  return runs;
}
