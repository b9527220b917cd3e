import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root, or where it is installed as a package: what it brings along lies there. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Whether it is installed as a package: nothing is written there, and Node.js itself runs no TypeScript there. */
export const isPackage = root.includes(`${sep}node_modules${sep}`);

/**
 * The folder of the claims of a project: `specs`, or for this project what the environment's `SPECS` names, for
 * somebody's own claims.
 *
 * @param project its root
 */
export function specsOf(project: string): string {
  const { SPECS: own } = process.env;
  return project === root && own ? resolve(own) : join(project, 'specs');
}

/** From where the paths of spec files are told: `specs/consuming/dispatch.spec.ts`. */
export function baseOf(project: string): string {
  return dirname(specsOf(project));
}

/** Whether the claims are somebody's own. */
export function hasOwnSpecs(project: string): boolean {
  return specsOf(project) !== join(project, 'specs');
}

/** How a command is typed: `pnpm test`. */
export function asTyped(command: string): string {
  return `${isPackage ? 'npx brokerproof' : 'pnpm'} ${command}`;
}
