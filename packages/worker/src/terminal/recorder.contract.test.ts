import { testStrays, testWindows } from './fixtures/contract';
import { recorderRig } from './fixtures/rigs';

describe('windows of the recorder', () => testWindows(recorderRig, { real: false }));
describe('strays of the recorder', () => testStrays(recorderRig));
