import { statSync } from 'node:fs';
import { join } from 'node:path';
import { openSqlite } from '../../packages/worker/src/store/sqlite';
import { prepareSystem, type System } from './harness/system';
import { until } from './harness/until';

let system: System;
beforeAll(async () => {
  system = await prepareSystem({ settings: { CLAUDE_COMMAND: process.execPath }, installHooks: false });
});
afterAll(() => system.stop());

/** Size and time of the last write of the database and its log; equal values mean that nothing was written. */
const written = (): unknown[] =>
  ['ccbot.db', 'ccbot.db-wal'].map((name) => {
    const { size, mtimeMs } = statSync(join(system.ccbotDir, name));
    return { name, size, mtimeMs };
  });

/** How long nothing is written once the start is over, ms. */
const QUIET_MS = 1_000;

/** Resolves when the start is over. Its last writes come after the first answer, and nothing reports them. */
async function untilQuiet(): Promise<void> {
  let [last, since] = ['', 0];
  await until(() => {
    const now = JSON.stringify(written());
    if (now !== last) [last, since] = [now, performance.now()];
    return performance.now() - since > QUIET_MS;
  });
}

it('writes nothing to the disk for a thousand updates of a stranger, and then answers an allowed user', async () => {
  const { telegram } = system;
  system.supervise();
  telegram.owner.say('/health');
  await telegram.waitFor(() => telegram.owner.fromBot().some((m) => m.text.includes('sessions: 0')));
  await telegram.waitFor(() => telegram.state.updates.length === 0);
  await untilQuiet();
  const rows = () => {
    const db = openSqlite(join(system.ccbotDir, 'ccbot.db'), { readonly: true });
    const found = db.prepare('SELECT count(*) AS n FROM updates').get();
    db.close();
    return found;
  };
  const before = { rows: rows(), written: written() };

  for (let i = 0; i < 1_000; i++) telegram.stranger.say(`message ${i}`);
  await telegram.waitFor(() => telegram.state.updates.length === 0);
  expect({ rows: rows(), written: written() }).toEqual(before);
  expect(before.rows).toEqual({ n: 1 });

  const answers = telegram.owner.fromBot().length;
  telegram.owner.say('/health');
  await telegram.waitFor(() => telegram.owner.fromBot().length > answers);
});
