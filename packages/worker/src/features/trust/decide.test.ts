import { decideAccessNotices, serverOf, type Access } from './decide';

const SERVER = 'https://api.telegram.org';
const access = (users: number[], apiRoot = SERVER): Access => ({ users, apiRoot });

it('says nothing at the first start, and when nothing changed but the order or the spelling', () => {
  expect(decideAccessNotices('none', access([1]))).toEqual([]);
  expect(decideAccessNotices(access([1, 2]), access([2, 1]))).toEqual([]);
  expect(decideAccessNotices(access([1]), access([1], 'HTTPS://API.telegram.org:443/'))).toEqual([]);
});

it('tells those who were allowed before who was added and removed, also those who were removed', () => {
  expect(decideAccessNotices(access([1, 2]), access([2, 3]))).toEqual([
    { kind: 'users', to: [1, 2], added: [3], removed: [1] },
  ]);
  expect(decideAccessNotices(access([1]), access([666]))).toEqual([
    { kind: 'users', to: [1], added: [666], removed: [1] },
  ]);
});

it('tells them of another server, and of both at once', () => {
  expect(decideAccessNotices(access([1]), access([1], 'http://127.0.0.1:8081'))).toEqual([
    { kind: 'server', to: [1], before: SERVER, now: 'http://127.0.0.1:8081' },
  ]);
  const both = decideAccessNotices(access([1]), access([2], 'http://x'));
  expect(both.map(({ kind, to }) => [kind, to])).toEqual([
    ['users', [1]],
    ['server', [1]],
  ]);
});

it('tells those who are allowed now when it cannot be read who was', () => {
  expect(decideAccessNotices('lost', access([1, 2]))).toEqual([
    { kind: 'lost', to: [1, 2], users: [1, 2], apiRoot: SERVER },
  ]);
});

it.each([
  ['https://api.telegram.org', 'https://api.telegram.org'],
  ['http://me:secret@host:8081/tg/', 'http://host:8081/tg'],
  ['not a url', 'not a url'],
])('shows the server %s as %s', (apiRoot, shown) => {
  expect(serverOf(apiRoot)).toBe(shown);
});
