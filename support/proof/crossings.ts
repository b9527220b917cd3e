import { relative } from 'node:path';
import type { TestSpecification, Vitest } from 'vitest/node';
import { claimsIn } from '../claim/places.ts';
import { apartEnding } from '../claim/describe.ts';
import { baseOf } from '../project.ts';
import type { Crossings, ProofPlan } from '../trials/planned.ts';

/** Most trials of a file whose specs meet at one restart: they all run at once. */
const mostTogether = 60;

/**
 * Crosses specs with the mutants of others.
 *
 * @param files those that vitest was started with
 * @param planOf what is to be done with some of them
 */
export async function crossAll(
  vitest: Vitest,
  files: string[],
  crossings: Crossings,
  planOf: (crossings: Crossings) => ProofPlan,
): Promise<void> {
  const { root } = vitest.config;
  const places = new Map(claimsIn(root).map(({ id, file }) => [id, file]));
  // The name of an outcome begins with its claim
  const fileOf = (outcome: string) => places.get(outcome.replace(/ .*/, ''));
  const specifications = await vitest.globTestSpecifications(files);
  const meetIn = (id: string): string | undefined => {
    const file = fileOf(id);
    return file?.endsWith(apartEnding) === true ? file : undefined;
  };
  for (const round of rounds(crossings, meetIn)) {
    const crossed = new Set(Object.keys(round).map((id) => fileOf(id)));
    const has = ({ moduleId }: TestSpecification): boolean => crossed.has(relative(baseOf(root), moduleId));
    for (const project of vitest.projects) project.provide('proofPlan', planOf(round));
    await vitest.runTestSpecifications(specifications.filter(has));
  }
}

/** What to cross at once: everything, but of a file of specs that meet only so much. */
function rounds(crossings: Crossings, meetIn: (id: string) => string | undefined): Crossings[] {
  const all: Record<string, string[]>[] = [];
  const counts = new Map<string, number>();
  for (const [id, names] of Object.entries(crossings)) {
    for (const name of names) {
      const file = meetIn(id);
      const before = file === undefined ? 0 : (counts.get(file) ?? 0);
      if (file !== undefined) counts.set(file, before + 1);
      const round = (all[Math.floor(before / mostTogether)] ??= {});
      (round[id] ??= []).push(name);
    }
  }
  return all;
}
