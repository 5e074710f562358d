// All kinds of agents, one a line. docs/agents.md explains how to add one.
export { claude } from './claude/kind';
export { codex } from './codex/kind';
export { shell } from './shell/kind';
