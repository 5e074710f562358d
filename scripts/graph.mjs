// `npm run check:graph`: prints the rooms of the worker and the imports between them; exits with 1 where one runs the
// wrong way or in a circle. `-- --write` puts the picture into docs/how-it-works.md.
import { runBundled } from './bundled.mjs';
import { orExplain } from './prepare.mjs';

await orExplain(() => runBundled('test/graph/main.ts', { needsPrograms: false }));
