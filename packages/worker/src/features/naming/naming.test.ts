import { nameFrom } from './naming';
import { askCommand } from './name-command';

describe('a name by the first words', () => {
  it.each([
    ['fix the failing test in the cart', 'fix-the-failing-test'],
    ['Почини корзину, пожалуйста!', 'Почини-корзину'],
    ['修复购物车', '修复购物车'],
    ['  please:  update   README.md.\nand more', 'please-update-README.md'],
    ['internationalization of everything', 'internationalization-of'],
    ['x'.repeat(80), 'x'.repeat(24)],
    ['🎉 !!!', null],
    ['/compact', null],
    ['!npm test', null],
    ['', null],
  ])('of %j is %j', (text, name) => {
    expect(nameFrom(text)).toBe(name);
  });
});

describe('a name that a command gives', () => {
  const logged: string[] = [];
  const ask = (script: string, deadlineMs?: number) =>
    askCommand({
      command: [process.execPath, '-e', script],
      env: {},
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
      log: (_, text) => logged.push(text),
    })('fix the cart', new AbortController().signal);
  beforeEach(() => logged.splice(0));

  it('is its first line, for the request on its input', async () => {
    const read =
      "process.stdin.on('data', (d) => console.log(/fix the cart/.test(d) ? ' cart fix \\nmore' : 'no'))";
    expect(await ask(read)).toBe('cart fix');
    expect(logged).toEqual([]);
  });

  it('is none where it fails, says nothing, does not end, or is not there; what failed is logged', async () => {
    expect(await ask('process.exit(3)')).toBeNull();
    expect(await ask('setInterval(() => 0, 1e6)', 300)).toBeNull();
    expect(await ask("process.stdout.write('x'.repeat(1e6))")).toBeNull();
    expect(logged).toHaveLength(3);
    expect(await ask('0')).toBeNull();
    const missing = askCommand({
      command: ['/no/such/program'],
      env: {},
      log: (_, text) => logged.push(text),
    });
    expect(await missing('x', new AbortController().signal)).toBeNull();
    expect(logged).toHaveLength(4);
  });
});
