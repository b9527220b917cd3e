/** A request to the management API. */
export interface ManagementRequest {
  /** `GET` */
  readonly method: string;
  /** Its path without query, from `/api` on: `/api/queues/%2F/tasks`. */
  readonly path: string;
}

/** JSON, as the API answers it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Changes what the management API answers, or does. */
export interface ManagementRule {
  readonly kind: 'management';
  /** Requests that never arrive, and are answered as if they were done. */
  readonly swallows?: (request: ManagementRequest) => boolean;
  /** Another path for a request, from `/api` on; default: the same. */
  readonly asks?: (path: string) => string;
  /** Another body of a request that has one; default: the same. */
  readonly sends?: (body: Json, request: ManagementRequest) => Json;
  /** Made anew for each run of a proxy, since it may remember something. */
  begin(): (answer: Json, request: ManagementRequest) => Json;
}
