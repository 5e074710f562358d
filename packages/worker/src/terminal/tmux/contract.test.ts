import { testStrays, testWindows } from '../fixtures/contract';
import { tmuxRig } from '../fixtures/rigs';

describe('windows of tmux', () => testWindows(tmuxRig, { real: true }));
describe('strays of tmux', () => testStrays(tmuxRig));
