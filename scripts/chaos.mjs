// `npm run chaos -- --seed N --faults M`: a real supervisor and worker under random faults, with the sandbox as
// Telegram. Checks that there is never a second poller, that no message is lost or handled twice, that nothing is
// left behind; exits 1 otherwise. The seed replays a run; --only NAME chooses a fault, --verbose tells more.
// `npm run chaos -- messages --seed N --messages 2000 --people 20`: numbered messages and answers while the worker is
// killed at any write and Telegram fails in its ways; none may be lost, come twice unmarked, or out of order.
import { runBundled } from './bundled.mjs';
import { orExplain } from './prepare.mjs';

const messages = process.argv[2] === 'messages';
await orExplain(() => runBundled(messages ? 'test/chaos/messages/main.ts' : 'test/chaos/main.ts'));
