// `npm run chaos -- --seed N --faults M`: a real supervisor and worker under random faults, with the sandbox as
// Telegram. Checks that there is never a second poller, that no message is lost or handled twice, that nothing is
// left behind; exits 1 otherwise. The seed replays a run; --only NAME chooses a fault, --verbose tells more.
import { runBundled } from './bundled.mjs';
import { orExplain } from './prepare.mjs';

await orExplain(() => runBundled('test/chaos/main.ts'));
