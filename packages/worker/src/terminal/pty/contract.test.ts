import { testWindows } from '../fixtures/contract';
import { ptyRig } from '../fixtures/rigs';

describe('windows of a pty', () => testWindows(ptyRig, { real: true }));
