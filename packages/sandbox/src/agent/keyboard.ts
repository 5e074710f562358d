import { exit, show, type Agent } from './agent';
import type { Key } from './input';
import { enqueue, submit } from './turn';

/** Does what a key does at the agent's terminal. */
export function onKey(agent: Agent, key: Key): void {
  switch (key.key) {
    case 'text':
      return onText(agent, key.text);
    case 'newline':
      agent.draft += '\n';
      return show(agent);
    case 'backspace':
      agent.draft = [...agent.draft].slice(0, -1).join('');
      return show(agent);
    case 'clear-line':
      agent.draft = '';
      return show(agent);
    case 'interrupt':
      return exit(agent, 0);
    case 'escape':
      agent.isInterrupted = true;
      agent.cancelWait?.();
      return;
    case 'enter':
      return onEnter(agent);
  }
}

function onText(agent: Agent, text: string): void {
  if (agent.request !== null && /^[yn]$/.test(text)) {
    agent.request.decide(text === 'y' ? 'allow' : 'deny');
    return;
  }
  agent.draft += text;
  show(agent);
}

function onEnter(agent: Agent): void {
  const prompt = agent.draft.trimEnd();
  agent.draft = '';
  if (prompt === '') return show(agent);
  if (agent.activity !== '') {
    enqueue(agent, prompt);
    return show(agent);
  }
  submit(agent, prompt).catch((error: unknown) => {
    agent.lines.push(String(error));
    agent.activity = '';
    show(agent);
  });
}
