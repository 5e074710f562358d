import { KernelUnderTest } from '../../fixtures/kernel';

let under: KernelUnderTest;
async function open(language?: string): Promise<void> {
  under = new KernelUnderTest({}, language);
  await under.open();
}
afterEach(() => under.close());

/** Taps the button with `label` under the newest message that has one. */
async function tap(label: string): Promise<void> {
  const data = await under.until(() =>
    under.telegram.owner
      .fromBot()
      .flatMap(({ keyboard }) => keyboard.flat())
      .filter(({ text }) => text.includes(label))
      .at(-1),
  );
  under.telegram.owner.tap(data.callback_data ?? '');
}

it('speaks the language of the Telegram client from the first message on, in the menu too, until another is chosen', async () => {
  await open('ru-RU');
  under.kernel.inbox.menu.start();
  under.telegram.owner.say('/sessions');
  await under.until(() => under.said('Ни одна сессия не запущена')[0]);
  await under.until(() =>
    under.telegram.state.commandsFor(7).some(({ description }) => description === 'Прервать агента'),
  );
  under.telegram.owner.say('/settings');
  const shown = await under.until(() => under.said('Настройки')[0]);
  await tap('🌐 Язык');
  await tap('中文');
  await under.until(() => under.said('语言：中文')[0]);
  expect(under.said('语言：中文')[0]?.id).toBe(shown.id);
  under.telegram.owner.say('/sessions');
  await under.until(() => under.said('没有正在运行的会话')[0]);
});

it('says the lock and the hooks in the Tips of every language, in the message that /help showed', async () => {
  for (const [language, tips, lock, hooks] of [
    ['en', '💡 Tips', 'a single-instance lock guards this bot', 'The hooks heal themselves'],
    ['ru', '💡 Советы', 'бота охраняет блокировка единственного экземпляра', 'Хуки восстанавливаются сами'],
    ['zh', '💡 提示', '单实例锁保护此机器人', '钩子会自我修复'],
  ] as const) {
    await open(language);
    under.telegram.owner.say('/help');
    const help = await under.until(() => under.said('ccbot')[0]);
    await tap(tips);
    const shown = await under.until(() => under.said(hooks)[0]);
    expect(shown.id).toBe(help.id);
    for (const part of [lock, under.paths.lock, 'SessionStart', 'UserPromptSubmit', 'session_map.json']) {
      expect(shown.text).toContain(part);
    }
    if (language !== 'zh') await under.close();
  }
});

it('shows screens as text, and allows for as long, as the settings say', async () => {
  await open();
  await under.ready();
  under.telegram.owner.say('/menu');
  await tap('⚙ Settings');
  await tap('🖥 Screens');
  await tap('☑ Show screens as pictures');
  await under.until(() => under.said('Show screens as pictures: off')[0]);
  under.telegram.owner.say('/screen');
  const screen = await under.until(() => under.said('Screen of demo:')[0]);
  expect(screen.text).not.toContain('no picture');
  await tap('‹ Settings');
  await tap('✋ Permissions');
  await tap('30 minutes');
  await under.until(
    () => under.said('Allow everything for a limited time: 30 minutes (default: 10 minutes)')[0],
  );
  under.telegram.owner.say('/allow');
  await under.until(() =>
    under
      .said('Allow everything demo')[0]
      ?.keyboard.flat()
      .some(({ text }) => text === '✓ Allow for 30 minutes'),
  );
});

it('leaves tools out of the card where none are wanted', async () => {
  await open();
  await under.ready();
  under.telegram.owner.say('/settings');
  await tap('🃏 Card');
  await tap('☑ Show tools on the card');
  await under.until(() => under.said('Show tools on the card: off')[0]);
  const tool = under.record({
    type: 'assistant',
    message: {
      id: 'm',
      role: 'assistant',
      content: [{ type: 'tool_use', id: 't', name: 'Bash', input: { command: 'npm run secretly' } }],
    },
  });
  under.write(under.prompted('go'), tool, under.answered('All done.'), under.turnOver());
  const answer = await under.until(() => under.said('All done.')[0]);
  expect(answer.text).toContain('1 tool');
  expect(answer.text).not.toContain('npm run');
});

it('puts a session into the archive after as long as the settings say, not ccbot’s own', async () => {
  await open();
  await under.ready();
  under.telegram.owner.say('/settings');
  await tap('🗄 Archive');
  await tap('6 hours');
  await under.until(() => under.said('Archive idle sessions after: 6 hours (default: 24 hours)')[0]);
  await under.stop();
  under.ahead = 7 * 3_600_000;
  await under.start();
  await under.until(() => under.said('is now archived')[0]);
});
