import { type MethodName, type MethodRow, methods } from './methods.ts';

/** Whether a content header and body frames follow this method. */
export function carriesContent(name: MethodName): boolean {
  const row: MethodRow = methods[name];
  return row.content === true;
}

/** What this method is answered with: one of these; none when it is asynchronous. */
export function repliesTo(name: MethodName): readonly MethodName[] {
  const row: { id: unknown; replies?: readonly MethodName[] } = methods[name];
  return row.replies ?? [];
}

export const methodNames: readonly MethodName[] = Object.keys(methods).filter(isMethodName);

/** By class and method number in one. */
const nameByNumber = new Map<number, MethodName>(
  methodNames.map((name) => [methods[name].id[0] * 0x1_00_00 + methods[name].id[1], name]),
);

/** The method with these numbers, as in the cause that a close method tells; none for 0 and 0. */
export function methodName(classId: number, methodId: number): MethodName | undefined {
  return nameByNumber.get(classId * 0x1_00_00 + methodId);
}

/** Whether AMQP 0-9-1 has a method of this name. */
export function isMethodName(name: string): name is MethodName {
  return Object.hasOwn(methods, name);
}
