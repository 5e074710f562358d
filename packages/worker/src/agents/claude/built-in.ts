import { COMMON, type BuiltIn } from '../built-in';

/** The built-in commands of Claude Code that are useful in a chat, from the list that it shows for `/` (measured with 2.1.330). */
export const BUILT_IN: BuiltIn = {
  compact: COMMON.compact,
  clear: {
    en: 'Clear the context and start over',
    ru: 'Начать заново с пустым контекстом',
    zh: '清空上下文，重新开始',
  },
  model: { en: 'Choose the model', ru: 'Выбрать модель', zh: '选择模型' },
  context: { en: 'Show what fills the context', ru: 'Показать, чем занят контекст', zh: '查看上下文占用' },
  cost: { en: 'Show the cost of the session', ru: 'Показать стоимость сессии', zh: '查看会话费用' },
  effort: { en: 'Set the reasoning effort', ru: 'Задать глубину рассуждений', zh: '设置思考深度' },
  plan: COMMON.plan,
  btw: { en: 'Ask a side question', ru: 'Задать вопрос не по задаче', zh: '顺便问一个问题' },
  'code-review': {
    en: 'Review the current diff for bugs',
    ru: 'Поискать ошибки в текущих изменениях',
    zh: '在当前改动中找错误',
  },
  'security-review': {
    en: 'Review the branch for security holes',
    ru: 'Поискать уязвимости в ветке',
    zh: '在分支中找安全漏洞',
  },
  simplify: {
    en: 'Clean up the changed code',
    ru: 'Привести изменённый код в порядок',
    zh: '整理改动过的代码',
  },
  verify: {
    en: 'Check that the change works',
    ru: 'Проверить, работает ли изменение',
    zh: '验证改动是否有效',
  },
  init: {
    en: 'Write a CLAUDE.md for the project',
    ru: 'Написать CLAUDE.md для проекта',
    zh: '为项目写 CLAUDE.md',
  },
  memory: {
    en: 'Edit what Claude remembers',
    ru: 'Изменить то, что помнит Claude',
    zh: '编辑 Claude 记住的内容',
  },
  recap: { en: 'Sum up the work in one line', ru: 'Итог работы одной строкой', zh: '用一行总结已做的工作' },
  rewind: { en: 'Return to an earlier state', ru: 'Вернуться к прежнему состоянию', zh: '回到之前的状态' },
  resume: { en: 'Resume an earlier session', ru: 'Продолжить прежнюю сессию', zh: '继续以前的会话' },
  branch: { en: 'Branch the conversation here', ru: 'Ответвить разговор отсюда', zh: '从这里分出新的对话' },
  goal: {
    en: 'Set a goal that Claude works towards',
    ru: 'Задать цель, до которой Claude работает',
    zh: '设定 Claude 要达成的目标',
  },
  loop: {
    en: 'Repeat a prompt at an interval',
    ru: 'Повторять запрос через заданное время',
    zh: '按间隔重复一个请求',
  },
  tasks: COMMON.background,
  agents: { en: 'List the sub-agents', ru: 'Список субагентов', zh: '列出子智能体' },
  skills: COMMON.skills,
  mcp: { en: 'List the MCP servers', ru: 'Список серверов MCP', zh: '列出 MCP 服务器' },
  permissions: {
    en: 'Choose what tools may do without asking',
    ru: 'Что инструментам можно без запроса',
    zh: '设置工具无需询问的权限',
  },
  'add-dir': { en: 'Add a working directory', ru: 'Добавить рабочий каталог', zh: '添加工作目录' },
  config: COMMON.config,
  status: {
    en: 'Show version, account and connections',
    ru: 'Версия, учётная запись, подключения',
    zh: '版本、账户、连接',
  },
  export: { en: 'Export the conversation', ru: 'Выгрузить разговор', zh: '导出对话' },
  doctor: { en: 'Check the installation', ru: 'Проверить установку', zh: '检查安装情况' },
};
