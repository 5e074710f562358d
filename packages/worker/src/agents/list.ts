// Every kind of agent that ccbot knows, a line each; docs/agents.md tells how one is added.
export { claude } from './claude/kind';
export { codex } from './codex/kind';
export { shell } from './shell/kind';
