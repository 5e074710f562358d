import { reasonOf } from '@ccbot/shared/faults/fault';
import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { ccbot } from './ccbot';
import { workerEntry } from './child/entry';

ccbot({ workerEntry }).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`ccbot: ${reasonOf(error)}\n`);
    process.exit(EXIT.temporary);
  },
);
