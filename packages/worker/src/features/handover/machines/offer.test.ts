import { HANDOVER_MAX } from '../document';
import { offerKey, readOffer, requestOf, type Offer, type OfferIn } from './offer';

const asked: OfferIn<'asked'> = {
  schema: 1,
  from: 'ada',
  to: 'bob',
  chatId: 7,
  thread: 0,
  update: 42,
  name: 'shop',
  agent: 'claude',
  cwd: '/home/ada/shop',
  home: 'shop',
  clone: { below: '', remotes: ['example.org/ada/shop'] },
  state: 'asked',
};
const offered: OfferIn<'offered'> = {
  ...requestOf(asked),
  state: 'offered',
  cwd: '/home/bob/shop',
  remote: null,
  text: 'x'.repeat(HANDOVER_MAX),
  branch: { name: 'cart', commit: 'a'.repeat(40) },
};

describe('an offer', () => {
  it('is read back as it was written, in every state', () => {
    const all: Offer[] = [
      asked,
      { ...requestOf(asked), state: 'ready', cwd: '/x', remote: 'example.org/ada/shop' },
      offered,
      { ...offered, state: 'taken' },
      { ...requestOf(asked), state: 'closed', continued: true },
      { ...requestOf(asked), state: 'withdrawn' },
    ];
    for (const offer of all) expect(readOffer(JSON.stringify(offer))).toEqual(offer);
    expect(requestOf(offered)).not.toHaveProperty('text');
    expect(offerKey(42)).toMatch(/^[0-9a-z]+$/);
  });

  it.each<[string, unknown]>([
    ['nothing', null],
    ['a list', []],
    ['of a later ccbot', { ...asked, schema: 2 }],
    ['in a state that nobody knows', { ...asked, state: 'eaten' }],
    ['with a document that is too long', { ...offered, text: 'x'.repeat(HANDOVER_MAX + 1) }],
    [
      'with a commit that is an option of git',
      { ...offered, branch: { name: 'cart', commit: '--upload-pack=x' } },
    ],
    ['with a branch that is more than one', { ...offered, branch: { ...offered.branch, name: 'a:b' } }],
    ['with half of its fields', { state: 'offered', text: 'x' }],
    ['with a number for a text', { ...asked, cwd: 7 }],
  ])('is none when it is %s', (_what, value) => {
    expect(readOffer(JSON.stringify(value))).toBeNull();
  });

  it('is none when it is half a line, or deleted', () => {
    expect(readOffer(JSON.stringify(offered).slice(0, 99))).toBeNull();
    expect(readOffer(null)).toBeNull();
  });
});
