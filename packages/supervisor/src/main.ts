import { ccbot } from './ccbot';
import { workerEntry } from './child/entry';
import { exitWith } from './exit';

void exitWith(ccbot({ workerEntry }));
