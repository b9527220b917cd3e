/** When a process started, in ticks since the boot; `undefined` where it has ended or the system does not say. */
export function startedAt(processId: number): string | undefined;
