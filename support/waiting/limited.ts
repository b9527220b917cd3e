/**
 * A signal that is aborted after so many milliseconds, or with another one. Unlike `AbortSignal.any` of an
 * `AbortSignal.timeout` that nobody else holds, it is not collected before that: on Node.js 20 such a signal may never
 * come.
 */
export function limited(milliseconds: number, signal?: AbortSignal): AbortSignal {
  const own = new AbortController();
  const timer = setTimeout(() => {
    own.abort(new DOMException(`There was no end within ${milliseconds} ms.`, 'TimeoutError'));
  }, milliseconds);
  timer.unref();
  const follow = (): void => own.abort(signal?.reason);
  if (signal?.aborted === true) follow();
  signal?.addEventListener('abort', follow, { once: true });
  own.signal.addEventListener('abort', () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', follow);
  });
  return own.signal;
}
