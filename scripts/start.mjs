// `npm start`: starts ccbot when a bot token is configured, else the demo: the same programs with the sandbox and a chat
// page in the browser. Arguments are passed on: npm start -- --help
import { createRequire } from 'node:module';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { orExplain, prepare, root } from './prepare.mjs';

await orExplain(async () => {
  await prepare();
  const { token, searched } = findToken();
  const args = process.argv.slice(2);
  if (token) {
    run('packages/supervisor/bin/ccbot.js', ['supervise', ...args]);
  } else {
    process.stderr.write(
      `No TELEGRAM_BOT_TOKEN in the environment, ${searched.join(', ')}. Starting the demo, with a chat page on this machine instead of Telegram.\n`,
    );
    run('packages/sandbox/bin/ccbot-sandbox.js', ['demo', ...args]);
  }
});

/** Searches where ccbot searches: environment, `.env` in the working directory, `$CCBOT_DIR/.env`. */
function findToken() {
  const fromShared = createRequire(join(root, 'packages/shared/package.json'));
  const { parse } = fromShared('dotenv');
  const read = (path) => (existsSync(path) ? parse(readFileSync(path)) : {});
  const localFile = resolve('.env');
  const local = read(localFile);
  const dir = (process.env.CCBOT_DIR || local.CCBOT_DIR || '~/.ccbot').trim();
  const ccbotFile = resolve(dir.replace(/^~(?=\/|$)/, homedir()), '.env');
  const sources = [process.env, local, read(ccbotFile)];
  const token = sources.map(({ TELEGRAM_BOT_TOKEN }) => TELEGRAM_BOT_TOKEN?.trim()).find(Boolean);
  return { token, searched: [...new Set([localFile, ccbotFile])] };
}

/**
 * Runs the program in this process rather than as a child, so that it gets the signals and sets the exit code itself, and
 * nothing is left behind when this process is killed.
 */
function run(bin, args) {
  const path = join(root, bin);
  process.argv.splice(1, process.argv.length, path, ...args);
  createRequire(import.meta.url)(path);
}
