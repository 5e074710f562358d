import { normalRemote, shownRemote } from './remote';

describe('the place of a remote', () => {
  it.each([
    ['git@github.com:ada/shop.git', 'github.com/ada/shop'],
    ['https://github.com/ada/shop', 'github.com/ada/shop'],
    ['https://ada:secret@GitHub.com/ada/shop.git/', 'github.com/ada/shop'],
    ['ssh://git@github.com:22/ada/shop.git', 'github.com/ada/shop'],
    ['ssh://git@example.org:2222/ada/shop.git', 'example.org:2222/ada/shop'],
    ['git://example.org//ada//shop.git', 'example.org/ada/shop'],
    ['/srv/git/shop.git', 'file:/srv/git/shop'],
    ['file:///srv/git/shop/', 'file:/srv/git/shop'],
    ['http://[::1]:8080/shop.git', '[::1]:8080/shop'],
    ['', 'file:/'],
  ])('of %j is %j', (address, place) => {
    expect(normalRemote(address)).toBe(place);
  });

  it('differs for another owner, host, port or name', () => {
    const places = ['a.org/x/y', 'a.org/z/y', 'b.org/x/y', 'a.org/x/y2'].map((rest) =>
      normalRemote(`https://${rest}`),
    );
    expect(new Set([...places, normalRemote('https://a.org:8443/x/y')]).size).toBe(5);
  });

  it('is shown without a password', () => {
    expect(shownRemote('https://ada:secret@a.org/x')).toBe('https://a.org/x');
    expect(shownRemote('https://token@a.org/x')).toBe('https://a.org/x');
    expect(shownRemote('ssh://git@a.org/x')).toBe('ssh://git@a.org/x');
    expect(shownRemote('ssh://git:secret@a.org/x')).toBe('ssh://a.org/x');
    expect(shownRemote('git@a.org:x')).toBe('git@a.org:x');
  });
});
