#!/usr/bin/env node
'use strict';
// Committed, so that npm links it before the first build. `ccbot hook` goes straight to its own small
// bundle: an agent waits for it at every prompt, and the rest of ccbot would double its start-up time.
if (process.argv[2] === 'hook' && process.argv.length === 3) {
  // In a clone and in an installation it lies beside this package; to look it up by its name takes 2 ms.
  const beside = `${__dirname}/../../worker/dist/hook.js`;
  require(require('node:fs').existsSync(beside) ? beside : '@ccbot/worker/hook');
} else if (process.argv[2] === 'statusline') {
  // The same for the agent's status line; behind the name stands the command that makes the line.
  process.argv.splice(2, 1);
  const beside = `${__dirname}/../../worker/dist/statusline.js`;
  require(require('node:fs').existsSync(beside) ? beside : '@ccbot/worker/statusline');
} else {
  const { existsSync } = require('node:fs');
  const bundle = require('node:path').join(__dirname, '..', 'dist', 'ccbot.js');
  if (!existsSync(bundle)) {
    process.stderr.write('ccbot is not built yet: run `npm run build` in the clone, then try again.\n');
    process.exit(78);
  }
  require(bundle);
}
