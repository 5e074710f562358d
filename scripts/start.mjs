// `npm start`: with a bot token configured, ccbot itself; without one, the same programs against the sandbox,
// with a chat page in the browser. Arguments are passed on: npm start -- --help
import { createRequire } from 'node:module';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { orExplain, prepare, root } from './prepare.mjs';

await orExplain(async () => {
  await prepare();
  const { token, places } = findToken();
  const args = process.argv.slice(2);
  if (token) {
    run('packages/supervisor/bin/ccbot.js', ['supervise', ...args]);
  } else {
    process.stderr.write(
      `No TELEGRAM_BOT_TOKEN is set (looked in the environment, ${places.join(', ')}): this is the demo, with a chat page on this machine and no Telegram.\n`,
    );
    run('packages/sandbox/bin/ccbot-sandbox.js', ['demo', ...args]);
  }
});

/** Looks where ccbot looks: environment, `.env` in the working directory, `$CCBOT_DIR/.env`. */
function findToken() {
  const fromShared = createRequire(join(root, 'packages/shared/package.json'));
  const { parse } = fromShared('dotenv');
  const read = (path) => (existsSync(path) ? parse(readFileSync(path)) : {});
  const here = resolve('.env');
  const near = read(here);
  const dir = (process.env.CCBOT_DIR || near.CCBOT_DIR || '~/.ccbot').trim();
  const there = resolve(dir.replace(/^~(?=\/|$)/, homedir()), '.env');
  const token = [process.env, near, read(there)].map((from) => from.TELEGRAM_BOT_TOKEN?.trim()).find(Boolean);
  return { token, places: [...new Set([here, there])] };
}

/**
 * Becomes the program. In this process, not as a child: its signals, its exit code and its end are then its own,
 * and nothing is left behind when this process is killed.
 */
function run(bin, args) {
  const path = join(root, bin);
  process.argv.splice(1, process.argv.length, path, ...args);
  createRequire(import.meta.url)(path);
}
