// `npm start`: starts ccbot when a bot token is configured, else the demo: the same programs with the sandbox and a chat
// page in the browser. Arguments are passed on: npm start -- --help
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { orExplain, prepare, root } from './prepare.mjs';

const CCBOT = 'packages/supervisor/bin/ccbot.js';

/** The exit code of `ccbot _find-token` without a token. */
const NO_TOKEN = 3;

await orExplain(async () => {
  await prepare({ dev: false });
  const args = process.argv.slice(2);
  const searched = withoutToken(args);
  if (searched === null) {
    run(CCBOT, ['supervise', ...args]);
  } else {
    process.stderr.write(
      `No TELEGRAM_BOT_TOKEN in the environment or ${searched}. Starting the demo, with a chat page on this machine instead of Telegram.\n`,
    );
    run('packages/sandbox/bin/ccbot-sandbox.js', ['demo', ...args]);
  }
});

/**
 * Where ccbot looked for a token, if there is none; otherwise null. ccbot itself answers that, so that it and this script
 * cannot disagree. With `--env-file` it is ccbot that must run, and say what is wrong with the file.
 */
function withoutToken(args) {
  if (args.some((arg) => /^--env-file(?:=|$)/.test(arg))) return null;
  const { status, stdout } = spawnSync(process.execPath, [join(root, CCBOT), '_find-token'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return status === NO_TOKEN ? stdout.trim() : null;
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
