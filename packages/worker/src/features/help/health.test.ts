import { wordsIn } from '../../words/words';
import { helpWords } from './words/words';

describe('what /health shows', () => {
  it('is in the language of the chat, with its spans and sizes', () => {
    const { health } = wordsIn('en').of(helpWords);
    expect([
      health.process('1.2.3', 3_725_000),
      health.polled(4_000),
      health.polled(null),
      health.memory(98_000_000),
      health.updates(0),
      health.updates(2, 61_000),
    ]).toEqual([
      'ccbot 1.2.3, running for 1h 02m',
      'last poll: 4s ago',
      'last poll: none yet',
      'memory: 93 MB',
      'updates waiting: 0',
      'updates waiting: 2, the oldest for 1m 01s',
    ]);
    for (const language of ['ru', 'zh'] as const) {
      const text = wordsIn(language).of(helpWords).health;
      const lines = [text.process('1', 0), text.polled(null), text.polled(-5), text.updates(1, 1)];
      expect(lines.join().replace('ccbot', '')).not.toMatch(/[a-z]{3}/i);
    }
  });

  it('says when Telegram was out of reach, why, and what to do', () => {
    const { health } = wordsIn('en').of(helpWords);
    const { cause, todo } = wordsIn('en').troubles;
    expect(health.outage(240_000, 3_600_000, cause('TLS_DATE'), todo('TLS_DATE'))).toBe(
      'last outage: 4m 00s, over for 1h 00m: the server’s certificate does not fit this machine’s clock. Set the machine’s clock: `timedatectl set-ntp true`.',
    );
  });

  it('is sane when the clock was set back', () => {
    expect(wordsIn('en').of(helpWords).health.polled(-60_000)).toBe('last poll: 0s ago');
  });
});
