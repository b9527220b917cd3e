/** Arrow keys move the focus from mark to mark: sideways in their order, up and down to the nearest one there. */
export function moveInGrid(event: KeyboardEvent): void {
  const { target, currentTarget, key } = event;
  if (!(target instanceof HTMLElement) || !(currentTarget instanceof HTMLElement)) return;
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const marks = [...currentTarget.querySelectorAll<HTMLElement>('.marks a')];
  const reached = reachedFrom(target, marks, key);
  if (reached === undefined) return;
  event.preventDefault();
  reached.focus();
}

function reachedFrom(from: HTMLElement, marks: readonly HTMLElement[], key: string): HTMLElement | undefined {
  const index = marks.indexOf(from);
  if (key === 'ArrowRight') return marks[index + 1];
  if (key === 'ArrowLeft') return marks[index - 1];
  if (key === 'Home') return marks[0];
  if (key === 'End') return marks.at(-1);
  if (key !== 'ArrowDown' && key !== 'ArrowUp') return undefined;
  const here = from.getBoundingClientRect();
  const sign = key === 'ArrowDown' ? 1 : -1;
  const beyond = marks
    .map((mark) => ({ mark, box: mark.getBoundingClientRect() }))
    .filter(({ box }) => sign * (box.top - here.top) > here.height / 2);
  // Areas stand in columns: below the last line of one is the next
  if (beyond.length === 0) return besideItsArea(from, marks, sign);
  const nearestLine = Math.min(...beyond.map(({ box }) => sign * (box.top - here.top)));
  return beyond
    .filter(({ box }) => sign * (box.top - here.top) <= nearestLine + 1)
    .sort((one, other) => Math.abs(one.box.left - here.left) - Math.abs(other.box.left - here.left))[0]?.mark;
}

function besideItsArea(
  from: HTMLElement,
  marks: readonly HTMLElement[],
  sign: 1 | -1,
): HTMLElement | undefined {
  const own = marks.flatMap((mark, index) =>
    mark.closest('.area') === from.closest('.area') ? [index] : [],
  );
  return sign === 1 ? marks[(own.at(-1) ?? 0) + 1] : marks[(own[0] ?? 0) - 1];
}
