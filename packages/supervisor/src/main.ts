import { FaultError, faultText, reasonOf } from '@ccbot/shared/faults/fault';
import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { ccbot } from './ccbot';
import { workerEntry } from './child/entry';

ccbot({ workerEntry }).then(
  (code) => process.exit(code),
  (error: unknown) => {
    const known = error instanceof FaultError ? error.fault : null;
    process.stderr.write(`ccbot: ${known === null ? reasonOf(error) : faultText(known)}\n`);
    process.exit(known?.exit ?? EXIT.temporary);
  },
);
