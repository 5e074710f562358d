/** What is said about windows that somebody opened at the desk, in Russian. */
export const adopt = {
  none: 'За столом нет агентов вне ваших сессий. Запустите его в любом окне tmux на этой машине, и /adopt его найдёт.',
  agentAtDesk:
    '{{agent}} работает за столом в окне tmux {{window}}, в {{cwd}}. Примите его, чтобы продолжать отсюда.',
  windowOfNobody:
    'Окно tmux {{window}} не относится ни к одной сессии: там работает {{command}}, в {{cwd}}. Его не тронули.',
  deadWindow: 'Окно tmux {{window}} не относится ни к одной сессии, и его программа завершилась.',
  adopted: '{{name}} теперь сессия: то, что вы пишете, идёт туда, а окно остаётся на месте.',
  gone: 'Этого окна уже нет, или оно уже принято.',
  closeSure: 'Закрыть окно tmux {{window}}? То, что там работает ({{command}}), будет завершено.',
  closed: 'Окно tmux {{window}} закрыто.',
  notAdopted: 'Окно не удалось принять: {{reason}}. Оно осталось как было.',
  agentGone: 'Агент {{name}} завершился за столом. Окно снова ваше; сессия в /archive.',
  adopt: 'Принять',
  close: 'Закрыть',
  closeYes: 'Да, закрыть',
} as const;
