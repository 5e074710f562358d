export const en = {
  settingsChanged:
    '⚠️ ccbot’s settings in {{path}} were changed {{when}}, but not with `ccbot init`: {{names}}.',
  hooksChanged:
    '⚠️ The settings of {{agent}} in {{path}} were changed {{when}}, but not with `ccbot hook`: {{names}}.',
  rulesChanged:
    '⚠️ The deny rules of {{agent}} in {{path}} were changed {{when}}, but not with `ccbot hook`.',
  removed: '⚠️ The file {{path}} was removed {{when}}, but not by ccbot.',
  unreadable: '⚠️ ccbot can no longer read {{path}}: {{reason}}.',
  settingsInUse: 'ccbot already uses these settings.',
  settingsNotYet: 'ccbot uses them from its next start.',
  settingsKept: 'ccbot keeps the settings it started with, but may not start again until the file is back.',
  settingsGone: 'ccbot now runs without it.',
  settingsTodo:
    'If this was not you, an agent or another program on the machine did it: check {{path}}, above all who may use the bot and which commands it runs, then restart ccbot.',
  hooksMeaning:
    'Without ccbot’s hooks you do not see what {{agent}} asks, and other hooks can answer in your place.',
  rulesMeaning: 'Without them, {{agent}} can run tmux and press keys in its own window.',
  agentTodo:
    'If this was not you, an agent or another program on the machine did it: check {{path}}, then put ccbot’s part back with {{command}}.',
  andMore_one: '{{names}} and {{count}} more',
  andMore_other: '{{names}} and {{count}} more',
} as const;
