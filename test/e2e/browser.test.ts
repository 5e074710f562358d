import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { PATIENCE_MS } from '@ccbot/sandbox/patience';
import { browserProgram } from './harness/browser';
import { contrasts, nameless } from './harness/page';
import { CCBOT } from './harness/system';

const root = join(__dirname, '..', '..');

let dir: string;
let demo: ChildProcess;
let browser: Browser;
let page: Page;
let address: string;
const errors: string[] = [];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-browser-'));
  // Only the first turn is the full demonstration; these are short.
  const script = join(dir, 'script.json');
  const test = { do: 'tool', name: 'Bash', input: { command: 'npm test' }, result: 'passed', asks: true };
  const turns = [
    { match: 'ask again', steps: [test, { do: 'say', text: 'Asked and done.' }] },
    { match: '[Vv]oice[^]*ccbot-inbox|ccbot-inbox[^]*[Vv]oice', steps: [{ do: 'say', text: 'I hear it.' }] },
    { match: 'ccbot-inbox', steps: [{ do: 'say', text: 'I see it.' }] },
  ];
  writeFileSync(script, JSON.stringify({ turns }));
  demo = spawn(
    process.execPath,
    [join(root, 'packages/sandbox/bin/ccbot-sandbox.js'), 'demo', '--dir', join(dir, 'demo')],
    {
      env: {
        PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
        HOME: dir,
        LANG: 'C.UTF-8',
        CCBOT_SCRIPT: script,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  address = await new Promise<string>((resolve, reject) => {
    const lines: string[] = [];
    for (const stream of [demo.stdout, demo.stderr]) {
      createInterface({ input: stream as NodeJS.ReadableStream }).on('line', (line) => {
        lines.push(line);
        const found = /Open the chat:\s+(\S+)/.exec(line)?.[1];
        if (found !== undefined) resolve(found);
      });
    }
    demo.once('exit', (code) => reject(new Error(`the demo ended (${code}): ${lines.join('\n')}`)));
  });
  browser = await chromium.launch({
    executablePath: browserProgram() ?? '',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  page = await browser.newPage({ viewport: { width: 420, height: 860 }, colorScheme: 'light' });
  page.setDefaultTimeout(PATIENCE_MS);
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('requestfailed', (request) => {
    // A reload ends the stream of changes, which is not a failure.
    if (!request.url().endsWith('/events')) errors.push(`${request.url()}: ${request.failure()?.errorText}`);
  });
  await page.goto(address);
});
afterAll(async () => {
  await browser?.close();
  demo.kill('SIGINT');
  if (demo.exitCode === null) await once(demo, 'exit');
  rmSync(dir, { recursive: true, force: true });
});

/** The newest message of the bot that contains a text. */
const botMessage = (text: string): Locator =>
  page.locator('article.message:not(.own)', { hasText: text }).last();
async function write(text: string): Promise<void> {
  await page.locator('#text').fill(text);
  await page.locator('#text').press('Enter');
}
/** Saves a screenshot for the docs, when `CCBOT_SCREENSHOTS` names a folder. */
async function screenshot(name: string): Promise<void> {
  const folder = process.env['CCBOT_SCREENSHOTS'];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

it('starts an agent, and shows a card that changes until the answer is there', async () => {
  await write('/new');
  await botMessage('New session').getByRole('button', { name: 'Start here' }).click();
  await botMessage('ready').waitFor();
  await write('make greet polite');
  await botMessage('❯ make greet polite').waitFor();
  await page.locator('#state', { hasText: 'typing…' }).waitFor();
  await page.locator('article.message.own .reaction').last().waitFor();
  await botMessage('greet.js').waitFor();
  await screenshot('working');
  await botMessage('· 4 tools').waitFor();
  await page.waitForFunction(ENDED);
  await screenshot('done');
  await page.locator('#state', { hasText: 'bot' }).waitFor();
});

it('continues when Allow is tapped, and marks the request', async () => {
  await write('ask me first');
  const request = botMessage('wants to run');
  await request.waitFor();
  expect(await request.innerText()).toContain('npm test');
  await screenshot('asks');
  await request.getByRole('button', { name: 'Allow', exact: false }).first().click();
  await botMessage('Done: “ask me first”').waitFor();
  expect(await request.getByRole('button', { name: 'Deny', exact: false }).count()).toBe(0);
});

it('has an Allow button that can be reached and pressed with the keyboard alone', async () => {
  await page.locator('#text').focus();
  await page.keyboard.type('please ask again');
  await page.keyboard.press('Enter');
  const request = botMessage('wants to run');
  await request.getByRole('button', { name: 'Deny' }).first().waitFor();
  const allow = request.getByRole('button', { name: 'Allow', exact: false }).first();
  await page.locator('#text').focus();
  const wanted = `${await request.getAttribute('data-id')} ${await allow.textContent()}`;
  for (let presses = 0; presses < 60 && (await page.evaluate<string>(FOCUSED)) !== wanted; presses++)
    await page.keyboard.press('Shift+Tab');
  expect(await page.evaluate<string>(FOCUSED)).toBe(wanted);
  await page.keyboard.press('Enter');
  await botMessage('Asked and done.').waitFor();
});

it('shows the screen as a picture with keys, and answers a tap on a key', async () => {
  await write('/screen');
  const shown = page.locator('article.message:not(.own) img.photo').last();
  await shown.waitFor();
  await page.waitForFunction(`[...document.querySelectorAll('img.photo')].at(-1)?.naturalWidth > 100`);
  const keys = page
    .locator('article.message', { has: page.locator('img.photo') })
    .last()
    .getByRole('button');
  expect(await keys.count()).toBeGreaterThan(5);
  await keys.filter({ hasText: 'Esc' }).first().click();
  await page.locator('button[aria-busy="true"]').waitFor({ state: 'detached' });
});

it('sends a photo to the agent', async () => {
  const photo = join(dir, 'holiday.png');
  writeFileSync(photo, Buffer.from(PIXEL, 'base64'));
  await page.locator('#text').fill('what is this?');
  await page.locator('#files').setInputFiles(photo);
  await page.locator('article.message.own img.photo').last().waitFor();
  await botMessage('I see it.').waitFor();
  const inbox = join(dir, 'demo/project/.ccbot-inbox');
  expect(readdirSync(inbox).some((name) => /\.(png|jpe?g)$/.test(name))).toBe(true);
});

it('sends a voice message as a file when there is no transcription', async () => {
  const voice = join(dir, 'words.ogg');
  const bytes = Buffer.concat([Buffer.from('OggS'), randomBytes(2_000)]);
  writeFileSync(voice, bytes);
  await page.locator('#files').setInputFiles({ name: 'words.ogg', mimeType: 'audio/ogg', buffer: bytes });
  await page.locator('article.message.own audio').last().waitFor();
  await botMessage('I hear it.').waitFor();
  const inbox = join(dir, 'demo/project/.ccbot-inbox');
  const files = readdirSync(inbox).map((name) => readFileSync(join(inbox, name)));
  expect(files.some((file) => file.equals(bytes))).toBe(true);
});

it('downloads a file unchanged', async () => {
  const bytes = randomBytes(70_000);
  writeFileSync(join(dir, 'demo/project/data.bin'), bytes);
  await write(`/new @shell ${join(dir, 'demo/project')} ${process.execPath} ${CCBOT} send-file data.bin`);
  const link = page.locator('a.file', { hasText: 'data.bin' });
  await link.waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  expect(download.suggestedFilename()).toBe('data.bin');
  expect(readFileSync(await download.path()).equals(bytes)).toBe(true);
});

it('shows everything again after a reload', async () => {
  const before = await page.locator('article.message').count();
  await page.reload();
  await botMessage('Done:').waitFor();
  expect(await page.locator('article.message').count()).toBeGreaterThanOrEqual(before);
});

it('does not answer a stranger', async () => {
  await page.getByRole('tab').nth(1).click();
  await write('let me in');
  await page.locator('article.message.own', { hasText: 'let me in' }).waitFor();
  await page.getByRole('tab').nth(0).click();
  await write('/help');
  await botMessage('Everything else goes to the agent').waitFor();
  await page.getByRole('tab').nth(1).click();
  expect(await page.locator('article.message:not(.own)').count()).toBe(0);
  await page.getByRole('tab').nth(0).click();
});

it('has a name for every control, and announces what the bot says', async () => {
  for (const [role, name] of [
    ['log', 'Messages'],
    ['tablist', 'Chats'],
    ['textbox', 'Message'],
    ['button', 'Send'],
    ['button', 'Attach files'],
    ['button', 'Commands'],
  ] as const)
    expect([name, await page.getByRole(role, { name, exact: true }).count()]).toEqual([name, 1]);
  expect(await page.getByRole('tab', { selected: true }).innerText()).toContain('You');
  expect(await page.getByRole('article', { name: /^(ccbot|You), \d/ }).count()).toBe(
    await page.locator('article.message:not(.draft)').count(),
  );
  expect(await nameless(page)).toEqual([]);
  await write('/health');
  await page.locator('#announcement', { hasText: 'last poll' }).waitFor({ state: 'attached' });
});

it('completes a command with the keyboard', async () => {
  await page.locator('#text').focus();
  await page.keyboard.type('/hel');
  await page.getByRole('option', { name: '/help' }).waitFor();
  await page.keyboard.press('Tab');
  expect(await page.locator('#text').inputValue()).toBe('/help ');
  await page.locator('#text').fill('');
});

it('is readable in light and dark mode', async () => {
  const light = await page.evaluate<string>(BACKGROUND);
  expect(await contrasts(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  await screenshot('dark');
  expect(await page.evaluate<string>(BACKGROUND)).not.toBe(light);
  expect(await contrasts(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
});

it('refuses requests without the secret address', async () => {
  const { origin } = new URL(address);
  expect((await fetch(`${origin}/`)).status).toBeGreaterThanOrEqual(400);
  expect(
    (await fetch(`${origin}/act`, { method: 'POST', body: '{"do":"say","person":"owner","text":"x"}' }))
      .status,
  ).toBeGreaterThanOrEqual(400);
  expect(new URL(address).hostname).toBe('127.0.0.1');
});

it('logs no error to the console', () => {
  expect(errors).toEqual([]);
});

/** Evaluated in the browser, which has none of this program's types. */
const ENDED = `![...document.querySelectorAll('button')].some((b) => b.textContent.includes('Stop'))`;
const FOCUSED =
  '`${document.activeElement.closest("article")?.dataset.id} ${document.activeElement.textContent}`';
const BACKGROUND = 'getComputedStyle(document.body).backgroundColor';

/** One red pixel, as a PNG. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
