/** What the command's first lines load once there is work to do. */
export { run } from './run.ts';
export { processTerminal } from './terminal.ts';
