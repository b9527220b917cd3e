/** The signals that end a command in good order, with its exit codes then, as shells give them. */
export const endings: ReadonlyMap<NodeJS.Signals, number> = new Map([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
]);
