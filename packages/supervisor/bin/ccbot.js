#!/usr/bin/env node
'use strict';
// Committed, so that npm can link it before the first build. `ccbot hook` loads only its own small bundle: an agent
// waits for it at every prompt, and the rest of ccbot would double its start-up time.
if (process.argv[2] === 'hook' && process.argv.length === 3) {
  // In a clone and in an installation the worker is next to this package. Resolving it by name takes 2 ms.
  const neighbour = `${__dirname}/../../worker/dist/hook.js`;
  require(require('node:fs').existsSync(neighbour) ? neighbour : '@ccbot/worker/hook');
} else if (process.argv[2] === 'statusline') {
  // The same for the agent's status line; the remaining arguments are the command that renders the line.
  process.argv.splice(2, 1);
  const neighbour = `${__dirname}/../../worker/dist/statusline.js`;
  require(require('node:fs').existsSync(neighbour) ? neighbour : '@ccbot/worker/statusline');
} else {
  const { existsSync } = require('node:fs');
  const bundle = require('node:path').join(__dirname, '..', 'dist', 'ccbot.js');
  if (!existsSync(bundle)) {
    process.stderr.write('ccbot is not built yet: run `npm run build` in the clone, then try again.\n');
    process.exit(process.env.CCBOT_LAUNCHD_JOB ? 0 : 78); // launchd would start it for ever
  }
  require('../dist/compiled.js').run(bundle);
}
