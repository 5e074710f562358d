export const ru = {
  settingsChanged: '⚠️ Настройки ccbot в {{path}} изменены {{when}}, но не через `ccbot init`: {{names}}.',
  hooksChanged: '⚠️ Настройки {{agent}} в {{path}} изменены {{when}}, но не через `ccbot hook`: {{names}}.',
  rulesChanged: '⚠️ Запреты для {{agent}} в {{path}} изменены {{when}}, но не через `ccbot hook`.',
  removed: '⚠️ Файл {{path}} удалён {{when}}, и сделал это не ccbot.',
  unreadable: '⚠️ ccbot больше не может прочитать {{path}}: {{reason}}.',
  settingsInUse: 'ccbot уже работает с этими настройками.',
  settingsNotYet: 'ccbot применит их при следующем запуске.',
  settingsKept: 'Пока ccbot работает с прежними настройками, но без этого файла может не запуститься снова.',
  settingsGone: 'Теперь ccbot работает без него.',
  settingsTodo:
    'Если это были не вы, значит, файл изменил агент или другая программа на этой машине. Проверьте {{path}}, прежде всего кто может пользоваться ботом и какие команды он запускает, и перезапустите ccbot.',
  hooksMeaning:
    'Без хуков ccbot вы не увидите запросы {{agent}}, а чужие хуки могут ответить на них вместо вас.',
  rulesMeaning: 'Без них {{agent}} может запускать tmux и нажимать клавиши в собственном окне.',
  agentTodo:
    'Если это были не вы, значит, файл изменил агент или другая программа на этой машине. Проверьте {{path}} и верните настройки ccbot командой {{command}}.',
  andMore_one: '{{names}} и ещё {{count}}',
  andMore_few: '{{names}} и ещё {{count}}',
  andMore_many: '{{names}} и ещё {{count}}',
  andMore_other: '{{names}} и ещё {{count}}',
} as const;
