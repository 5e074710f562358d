import { nameFrom } from './naming';
import { nameCommand } from './name-command';

describe('a name from the first words', () => {
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

describe('a name that a command suggests', () => {
  const logged: string[] = [];
  const suggest = (script: string, timeoutMs?: number) =>
    nameCommand({
      command: [process.execPath, '-e', script],
      env: {},
      home: __dirname,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      log: (_, text) => logged.push(text),
    })('fix the cart', new AbortController().signal);
  beforeEach(() => logged.splice(0));

  it('is the first line it prints, for the prompt on its input', async () => {
    const read =
      "process.stdin.on('data', (d) => console.log(/fix the cart/.test(d) ? ' cart fix \\nmore' : 'no'))";
    expect(await suggest(read)).toBe('cart fix');
    expect(logged).toEqual([]);
  });

  it('is missing when the command fails, prints nothing, does not exit, or is not installed; failures are logged', async () => {
    expect(await suggest('process.exit(3)')).toBeNull();
    expect(await suggest('setInterval(() => 0, 1e6)', 300)).toBeNull();
    expect(await suggest("process.stdout.write('x'.repeat(1e6))")).toBeNull();
    expect(logged).toHaveLength(3);
    expect(await suggest('0')).toBeNull();
    const missing = nameCommand({
      command: ['/no/such/program'],
      env: {},
      home: __dirname,
      log: (_, text) => logged.push(text),
    });
    expect(await missing('x', new AbortController().signal)).toBeNull();
    expect(logged).toHaveLength(4);
  });
});
