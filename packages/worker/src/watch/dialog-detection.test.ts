import { sessionWith } from '../fixtures/session';
import { createDialogDetection, STILL_MS, TAKEN_MS, type DialogDetection } from './dialog-detection';

const STARTING = sessionWith({ id: 's1', phase: 'starting' });
const RUNNING = sessionWith({ id: 's1', phase: 'ready' });

let readings: string[];
let dialogDetection: DialogDetection;
beforeEach(() => {
  jest.useFakeTimers();
  readings = [];
  dialogDetection = createDialogDetection({ read: (id) => readings.push(id), now: () => Date.now() });
});
afterEach(() => {
  dialogDetection.stop();
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

describe('a screen without a place for text', () => {
  it('is a dialog when it does not change, and is read for that although nothing is printed', () => {
    expect(dialogDetection.judge(STARTING, 'starting', ['Choose a theme', '1. Dark'])).toBe('starting');
    expect(readings).toEqual([]);
    jest.advanceTimersByTime(STILL_MS);
    expect(readings).toEqual(['s1']);
    expect(dialogDetection.judge(STARTING, 'starting', ['Choose a theme', '1. Dark'])).toBe('dialog');
  });

  it('is no dialog while it changes, however long a start takes', () => {
    for (let i = 0; i < 60; i++) {
      expect(dialogDetection.judge(STARTING, 'starting', [`compacting ${i} s`])).toBe('starting');
      jest.advanceTimersByTime(1_000);
    }
  });

  it('is no dialog while it is blank', () => {
    for (let i = 0; i < 10; i++) {
      expect(dialogDetection.judge(STARTING, 'starting', ['', '  '])).toBe('starting');
      jest.advanceTimersByTime(1_000);
    }
  });

  it('is a dialog even if it changes, when the agent was ready before', () => {
    for (let t = 0; t < TAKEN_MS; t += 1_000) {
      expect(dialogDetection.judge(RUNNING, 'starting', [`top - ${t}`])).toBe('starting');
      jest.advanceTimersByTime(1_000);
    }
    expect(dialogDetection.judge(RUNNING, 'starting', ['top - now'])).toBe('dialog');
  });

  it('stays a dialog while it changes, until text may be typed again', () => {
    dialogDetection.judge(RUNNING, 'starting', ['Password:']);
    jest.advanceTimersByTime(STILL_MS);
    expect(dialogDetection.judge(RUNNING, 'starting', ['Password:'])).toBe('dialog');
    expect(dialogDetection.judge(RUNNING, 'starting', ['Password: ***'])).toBe('dialog');
    expect(dialogDetection.judge(RUNNING, 'starting', [''])).toBe('dialog');
    expect(dialogDetection.judge(RUNNING, 'ready', ['❯'])).toBe('ready');
    expect(dialogDetection.judge(RUNNING, 'starting', ['one more'])).toBe('starting');
  });

  it('is what the agent recognizes', () => {
    expect(dialogDetection.judge(RUNNING, 'dialog', ['trust?'])).toBe('dialog');
    expect(dialogDetection.judge(RUNNING, 'ready', ['❯'])).toBe('ready');
  });
});
