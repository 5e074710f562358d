#!/usr/bin/env node
'use strict';
// Committed, so that npm links it before the first build.
const { existsSync } = require('node:fs');
const bundle = require('node:path').join(__dirname, '..', 'dist', 'ccbot-worker.js');
if (!existsSync(bundle)) {
  process.stderr.write('ccbot-worker is not built yet: run `npm run build` in the clone, then try again.\n');
  process.exit(78);
}
require('../dist/compiled.js').run(bundle);
