import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { compose } from './kernel';
import { createSettings } from '../store/settings';
import { createPoll } from '../telegram/poll';
import { botUsername, type RunDeps } from './world';

/** How long `--once` goes on sending what is waiting, ms. */
const FLUSH_MS = 30_000;

/** What one round did. */
export interface OnceReport {
  /** Updates that were new. */
  updates: number;
  sessions: { attached: string[]; ended: string[]; lost: string[]; adopted: string[] };
  transcriptLines: number;
  /** Calls to Telegram that succeeded, and what is left to send. */
  sent: number;
  leftToSend: number;
  leftToHandle: number;
}

/** One round for debugging: reconcile, fetch what waits, handle it, read every transcript to its end, send, report. */
export async function runOnce(deps: RunDeps, json: boolean): Promise<number> {
  const settings = createSettings(deps.store);
  const stations = compose({ ...deps, botUsername: await botUsername(deps, settings), health: () => [] });
  const poll = createPoll({
    api: deps.pollApi,
    updates: stations.updates,
    envFile: deps.paths.env,
    now: deps.now,
    monotonicMs: () => performance.now(),
    chance: () => deps.chance(),
    log: (level, text, meta) => deps.log(level, text, meta),
  });
  const sessions = await stations.start();
  try {
    const updates = await poll.once();
    await stations.journal.drained();
    await stations.settled();
    await stations.outbox.flush(FLUSH_MS);
    const report: OnceReport = {
      updates,
      sessions,
      transcriptLines: stations.follower.lines(),
      sent: stations.outbox.sent(),
      leftToSend: stations.outbox.depth(),
      leftToHandle: stations.updates.depth(),
    };
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : reportText(report));
    return EXIT.ok;
  } finally {
    await stations.stop();
    await stations.outbox.stop();
  }
}

function reportText(report: OnceReport): string {
  const list = (ids: string[]): string => (ids.length === 0 ? 'none' : ids.join(', '));
  return [
    `updates handled:     ${report.updates}${report.leftToHandle > 0 ? ` (${report.leftToHandle} left)` : ''}`,
    `sessions taken up:   ${list(report.sessions.attached)}`,
    `sessions ended:      ${list(report.sessions.ended)}`,
    `sessions lost:       ${list(report.sessions.lost)}`,
    `found by windows:    ${list(report.sessions.adopted)}`,
    `transcript lines:    ${report.transcriptLines}`,
    `calls to Telegram:   ${report.sent}${report.leftToSend > 0 ? ` (${report.leftToSend} left)` : ''}`,
    '',
  ].join('\n');
}
