// `npm run bench`: speed and size of the real programs, each figure beside its target and beside the same work
// done the usual way, measured in the same run. Options: --quick, --only a,b, --json, --strict (exit 1 when a
// target is missed).
import { runBundled } from './bundled.mjs';
import { orExplain } from './prepare.mjs';

await orExplain(() => runBundled('test/bench/main.ts'));
