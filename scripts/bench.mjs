// `npm run bench`: measures speed and size of the real programs, each figure with its target and, from the same run, the
// same work done the usual way. Options: --quick, --only a,b, --json, --strict (exit with 1 when a target is missed).
import { runBundled } from './bundled.mjs';
import { orExplain } from './prepare.mjs';

await orExplain(() => runBundled('test/bench/main.ts'));
